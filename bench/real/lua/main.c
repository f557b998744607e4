// Lua's interpreter running a script: tables, closures, strings, numbers.
#include <stdio.h>
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "../../percent.h"

static const char SCRIPT[] =
    "local rounds = ...\n"
    "local function queens(n)\n"
    "  local count, columns, up, down = 0, {}, {}, {}\n"
    "  local function place(row)\n"
    "    if row > n then count = count + 1 return end\n"
    "    for c = 1, n do\n"
    "      if not (columns[c] or up[row + c] or down[row - c + n]) then\n"
    "        columns[c], up[row + c], down[row - c + n] = true, true, true\n"
    "        place(row + 1)\n"
    "        columns[c], up[row + c], down[row - c + n] = nil, nil, nil\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  place(1)\n"
    "  return count\n"
    "end\n"
    "local words, total = {}, 0\n"
    "for round = 1, rounds do\n"
    "  total = total + queens(7)\n"
    "  for i = 1, 2000 do\n"
    "    local word = string.format('%x', i * round % 977)\n"
    "    words[word] = (words[word] or 0) + #word\n"
    "  end\n"
    "  local parts = {}\n"
    "  for i = 1, 300 do parts[i] = tostring(i * 0.5):rep(2) end\n"
    "  local text = table.concat(parts, ',')\n"
    "  for number in text:gmatch('%d+') do total = total + #number end\n"
    "end\n"
    "local keys = {}\n"
    "for word in pairs(words) do keys[#keys + 1] = word end\n"
    "table.sort(keys)\n"
    "for i, word in ipairs(keys) do total = total + i * words[word] end\n"
    "return total\n";

int main(int argc, char **argv) {
    lua_State *lua = luaL_newstate();
    luaL_requiref(lua, "_G", luaopen_base, 1);
    luaL_requiref(lua, "table", luaopen_table, 1);
    luaL_requiref(lua, "string", luaopen_string, 1);
    if (luaL_loadstring(lua, SCRIPT) != LUA_OK) return 1;
    lua_pushinteger(lua, 12 * percent(argc, argv));
    lua_call(lua, 1, 1);
    printf("%lld\n", (long long)lua_tointeger(lua, -1));
    return 0;
}

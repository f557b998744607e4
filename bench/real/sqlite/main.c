// SQLite with a database in memory: inserts, an index, joins, groups, updates.
#include <stdio.h>
#include <string.h>
#include "sqlite3.h"
#include "../../percent.h"

// No files: what SQLite asks of a system beyond them.
static int no_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    (void)vfs, (void)name, (void)file, (void)flags, (void)out;
    return SQLITE_CANTOPEN;
}
static int zeros(sqlite3_vfs *vfs, int size, char *bytes) {
    (void)vfs;
    memset(bytes, 0, (size_t)size);
    return size;
}
static int noon(sqlite3_vfs *vfs, double *day) {
    (void)vfs;
    *day = 2440588.0;
    return SQLITE_OK;
}
int sqlite3_os_init(void) {
    static sqlite3_vfs vfs = {
        .iVersion = 1, .szOsFile = sizeof(sqlite3_file), .mxPathname = 64, .zName = "none",
        .xOpen = no_open, .xRandomness = zeros, .xCurrentTime = noon};
    return sqlite3_vfs_register(&vfs, 1);
}
int sqlite3_os_end(void) { return SQLITE_OK; }


int main(int argc, char **argv) {
    static const char *const statements[] = {
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, owner INTEGER, price REAL)",
        "CREATE TABLE owner (id INTEGER PRIMARY KEY, name TEXT)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
        " INSERT INTO owner SELECT i, printf('owner %05d', i * 7919 % 500) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100 * :scale)"
        " INSERT INTO item SELECT i, hex(i * 2654435761 % 65521), i * 31 % 500 + 1, i * 37 % 1000 / 8.0 FROM n",
        "CREATE INDEX item_name ON item (name)",
        "SELECT o.name, count(*), sum(i.price) s FROM item i JOIN owner o ON o.id = i.owner"
        " GROUP BY o.name ORDER BY s DESC LIMIT 3",
        "UPDATE item SET price = price * 1.5 WHERE name LIKE '3%'",
        "SELECT count(*), min(name), max(name), total(price) FROM item"
        " WHERE name BETWEEN '33' AND '38' OR owner IN (3, 5, 8)",
        "SELECT a.name, count(*) c FROM item a JOIN item b ON a.name = b.name AND a.id < b.id"
        " GROUP BY a.name ORDER BY c DESC, a.name LIMIT 2",
        "DELETE FROM item WHERE id % 3 = 0",
        "SELECT count(*), sum(length(name)), sum(instr(name, '3')) FROM item",
    };
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) return 1;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        sqlite3_stmt *statement;
        if (sqlite3_prepare_v2(db, statements[i], -1, &statement, 0) != SQLITE_OK) {
            fprintf(stderr, "%s\n", sqlite3_errmsg(db));
            return 1;
        }
        int scale = sqlite3_bind_parameter_index(statement, ":scale");
        if (scale) sqlite3_bind_int(statement, scale, 20 * percent(argc, argv));
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(statement); column++)
                printf("%s ", (const char *)sqlite3_column_text(statement, column));
            puts("");
        }
        if (sqlite3_finalize(statement) != SQLITE_OK) return 1;
    }
    return sqlite3_close(db);
}

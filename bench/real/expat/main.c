// expat: parses a generated document with namespaces, attributes, entities and text, and adds up what it hears of.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "expat.h"
#include "../../percent.h"

enum { SIZE = 1 << 20, PIECE = 16384 };
static char text[SIZE + 1000];

static int fill(void) {
    static const char *const kinds[] = {"book", "letter", "map", "score"};
    uint32_t state = 5;
    int at = sprintf(text, "<?xml version='1.0'?>\n<!DOCTYPE l [<!ENTITY who 'Ada &amp; Grace'>]>\n"
                           "<l xmlns='urn:library' xmlns:x='urn:extra'>\n");
    for (int id = 0; at < SIZE; id++) {
        state = state * 1664525 + 1013904223;
        const char *kind = kinds[state >> 30];
        at += sprintf(text + at,
            "  <%s id='n%d' x:shelf='%u' when=\"%u-%02u\">\n    <x:title>Of %s no. %u &lt;%u&gt;</x:title>\n"
            "    <by>&who;, &#xe9;t&#233; %u</by><!-- %u --><![CDATA[a < b && c]]>\n  </%s>\n",
            kind, id, state >> 20 & 255, 1900 + (state >> 8 & 63), 1 + (state >> 4 & 7), kind, state >> 16, state & 7,
            state >> 12, state, kind);
    }
    return at + sprintf(text + at, "</l>\n");
}

static uint32_t sum;
static void add(const char *bytes, int length) {
    for (int i = 0; i < length; i++) sum = sum * 31 + (uint8_t)bytes[i];
}
static void XMLCALL start(void *data, const XML_Char *name, const XML_Char **attributes) {
    add(name, (int)strlen(name));
    for (; *attributes; attributes++) add(*attributes, (int)strlen(*attributes));
}
static void XMLCALL end(void *data, const XML_Char *name) { sum = sum * 31 + (uint8_t)*name; }
static void XMLCALL characters(void *data, const XML_Char *bytes, int length) { add(bytes, length); }

int main(int argc, char **argv) {
    int rounds = (100 * percent(argc, argv) + 99) / 100, size = fill();
    for (int round = 0; round < rounds; round++) {
        XML_Parser parser = XML_ParserCreateNS(NULL, '|');
        XML_SetHashSalt(parser, 1);
        XML_SetElementHandler(parser, start, end);
        XML_SetCharacterDataHandler(parser, characters);
        for (int at = 0; at < size; at += PIECE) {
            int length = size - at < PIECE ? size - at : PIECE;
            if (XML_Parse(parser, text + at, length, at + length == size) == XML_STATUS_ERROR) return 1;
        }
        XML_ParserFree(parser);
    }
    printf("%u\n", sum);
    return 0;
}

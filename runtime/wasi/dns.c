/* A stub resolver (RFC 1035, 5452, 6761) over /etc/hosts and /etc/resolv.conf. Whoever answers may be an enemy: an answer counts
   if it comes from the server that was asked, has the query's number and repeats its question; names in it are followed
   backward only. Names are taken as they stand: no search list makes another one of them. */
#include "../platform/process.h"
#include "dns.h"

#define DNS_NAME_MAX 255 /* with lengths, as in messages */
#define DNS_SERVERS_MAX 3
#define DNS_CHAIN_MAX 16
#define DNS_SECOND 1000000000ull
enum { DNS_A = 1, DNS_CNAME = 5, DNS_AAAA = 28, DNS_IN = 1 };

struct dns_settings {
    struct net_address servers[DNS_SERVERS_MAX];
    u32 server_count, timeout, attempts;
};

/* Text files, by lines. */

struct dns_text {
    file_handle file;
    u32 at, size;
    u8 buffer[2048];
};

static i32 dns_character(struct dns_text *text) {
    if (text->at == text->size) {
        struct file_slice slice = {(struct guest_bytes *)text->buffer, sizeof text->buffer};
        u64 done = 0;
        if (file_read(text->file, &slice, 1, &done) || !done)
            return -1;
        text->at = 0;
        text->size = (u32)done;
    }
    return text->buffer[text->at++];
}

/* The next word of the line, in lower case; false at its end. What is longer than any name is cut, and so no name. */
#define DNS_WORD_MAX 256
static bool dns_word(struct dns_text *text, char word[DNS_WORD_MAX], bool *line_ended) {
    u32 size = 0;
    while (!*line_ended) {
        i32 character = dns_character(text);
        bool ends = character < 0 || character == '\n';
        if (character == '#' || character == ';') {
            while (character >= 0 && character != '\n')
                character = dns_character(text);
            ends = true;
        }
        *line_ended = ends;
        bool space = ends || character == ' ' || character == '\t' || character == '\r';
        if (space && size)
            break;
        if (!space && size < DNS_WORD_MAX - 1)
            word[size++] = (char)(character >= 'A' && character <= 'Z' ? character + 32 : character);
    }
    word[size] = 0;
    return size > 0;
}

static bool dns_at_end(struct dns_text *text) {
    i32 character = dns_character(text);
    if (character >= 0)
        text->at--;
    return character < 0;
}

static bool dns_same(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

/* Addresses. */

static const char *dns_read_v4(const char *text, u8 *bytes) {
    for (u32 i = 0; i < 4; i++) {
        u32 value = 0, digits = 0;
        while (*text >= '0' && *text <= '9' && digits++ < 3)
            value = value * 10 + (u32)(*text++ - '0');
        if (!digits || value > 255 || (i < 3 && *text++ != '.'))
            return NULL;
        bytes[i] = (u8)value;
    }
    return text;
}

static i32 dns_hex(char character) {
    if (character >= '0' && character <= '9')
        return character - '0';
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

static const char *dns_read_v6(const char *text, u8 *bytes) {
    u32 size = 0, gap = 16;
    __builtin_memset(bytes, 0, 16);
    if (text[0] == ':' && text[1] == ':') {
        gap = 0;
        text += 2;
    }
    while (size < 16 && dns_hex(*text) >= 0) {
        const char *group = text;
        u32 value = 0, digits = 0;
        for (; dns_hex(*text) >= 0 && digits < 4; digits++)
            value = value << 4 | (u32)dns_hex(*text++);
        if (*text == '.' && size <= 12) {
            text = dns_read_v4(group, bytes + size);
            if (!text)
                return NULL;
            size += 4;
            break;
        }
        bytes[size++] = (u8)(value >> 8);
        bytes[size++] = (u8)value;
        if (*text != ':')
            break;
        if (text[1] == ':') {
            if (gap != 16)
                return NULL;
            gap = size;
            text++;
        } else if (dns_hex(text[1]) < 0) {
            return NULL;
        }
        text++;
    }
    if (gap == 16)
        return size == 16 ? text : NULL;
    if (size == 16)
        return NULL;
    __builtin_memmove(bytes + 16 - (size - gap), bytes + gap, size - gap);
    __builtin_memset(bytes + gap, 0, 16 - size);
    return text;
}

static bool dns_read_address(const char *text, struct net_address *address) {
    *address = (struct net_address){0};
    const char *end = dns_read_v4(text, address->address);
    if (!end) {
        address->v6 = true;
        end = dns_read_v6(text, address->address);
    }
    /* fe80::1%2: the interface by its number. */
    if (end && address->v6 && *end == '%') {
        end++;
        while (*end >= '0' && *end <= '9')
            address->scope = address->scope * 10 + (u32)(*end++ - '0');
    }
    return end && !*end;
}

static void dns_add(struct net_found *found, const struct net_address *address) {
    for (u32 i = 0; i < found->count; i++) {
        const struct net_address *known = &found->addresses[i];
        if (known->v6 == address->v6 && __builtin_memcmp(known->address, address->address, 16) == 0)
            return;
    }
    if (found->count < NET_FOUND_MAX)
        found->addresses[found->count++] = *address;
}

/* Files. */

static void dns_read_hosts(const char *name, struct net_found *found) {
    struct dns_text text = {0};
    char word[DNS_WORD_MAX];
    if (net_open_text("/etc/hosts", &text.file))
        return;
    while (!dns_at_end(&text)) {
        struct net_address address;
        bool ended = false;
        bool known = dns_word(&text, word, &ended) && dns_read_address(word, &address);
        while (dns_word(&text, word, &ended))
            if (known && dns_same(word, name))
                dns_add(found, &address);
    }
    file_close(text.file);
}

static u32 dns_setting(const char *word, const char *name, u32 least, u32 most, u32 otherwise) {
    u32 value = 0;
    while (*name && *word == *name)
        word++, name++;
    if (*name || *word < '0' || *word > '9')
        return otherwise;
    while (*word >= '0' && *word <= '9' && value < 1000)
        value = value * 10 + (u32)(*word++ - '0');
    return value < least ? least : value > most ? most : value;
}

static void dns_read_settings(struct dns_settings *settings) {
    struct dns_text text = {0};
    char word[DNS_WORD_MAX];
    *settings = (struct dns_settings){.timeout = 5, .attempts = 2};
    if (!net_open_text("/etc/resolv.conf", &text.file)) {
        while (!dns_at_end(&text)) {
            bool ended = false, first = dns_word(&text, word, &ended);
            bool server = first && dns_same(word, "nameserver"), options = first && dns_same(word, "options");
            while (dns_word(&text, word, &ended)) {
                struct net_address *next = &settings->servers[settings->server_count];
                if (server && settings->server_count < DNS_SERVERS_MAX && dns_read_address(word, next)) {
                    next->port = 53;
                    settings->server_count++;
                }
                if (options) {
                    settings->timeout = dns_setting(word, "timeout:", 1, 30, settings->timeout);
                    settings->attempts = dns_setting(word, "attempts:", 1, 5, settings->attempts);
                }
            }
        }
        file_close(text.file);
    }
    if (!settings->server_count)
        settings->servers[settings->server_count++] = (struct net_address){.port = 53, .address = {127, 0, 0, 1}};
}

/* Messages. */

struct dns_message {
    const u8 *bytes;
    u32 size;
};

static u32 dns_u16(struct dns_message message, u32 at) {
    return (u32)message.bytes[at] << 8 | message.bytes[at + 1];
}

/* A name in lower case, as lengths and labels, and where it ends; 0 if it is none. */
static u32 dns_read_name(struct dns_message message, u32 at, u8 name[DNS_NAME_MAX + 1], u32 *size) {
    u32 end = 0, limit = at;
    *size = 0;
    for (;;) {
        if (at >= message.size)
            return 0;
        u32 length = message.bytes[at];
        if (length >= 0xc0) {
            if (at + 2 > message.size)
                return 0;
            u32 target = dns_u16(message, at) & 0x3fff;
            end = end ? end : at + 2;
            /* Each jump leads to before all that was read. */
            if (target >= limit)
                return 0;
            at = limit = target;
            continue;
        }
        if (length > 63 || at + 1 + length > message.size || *size + 1 + length > DNS_NAME_MAX)
            return 0;
        name[(*size)++] = (u8)length;
        for (u32 i = 0; i < length; i++) {
            u8 byte = message.bytes[at + 1 + i];
            name[(*size)++] = byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;
        }
        at += 1 + length;
        if (!length)
            return end ? end : at;
    }
}

struct dns_query {
    u8 bytes[12 + DNS_NAME_MAX + 1 + 4];
    u32 size, name_size;
    u16 number, type;
};

/* False if the text is no name of the DNS. */
static bool dns_make_query(const char *name, u16 type, struct dns_query *query) {
    u8 *at = query->bytes + 12, *label = at;
    *query = (struct dns_query){.type = type, .bytes = {[2] = 1, [5] = 1}};
    *at++ = 0;
    for (;; name++) {
        if (*name && *name != '.') {
            if (*label == 63 || at - query->bytes >= 12 + DNS_NAME_MAX - 1)
                return false;
            *at++ = (u8)*name;
            ++*label;
            continue;
        }
        if (!*label)
            return false;
        label = at;
        *at++ = 0;
        if (!*name || !name[1])
            break;
    }
    query->name_size = (u32)(at - query->bytes) - 12;
    const u8 rest[] = {0, (u8)type, 0, DNS_IN};
    __builtin_memcpy(at, rest, sizeof rest);
    query->size = 12 + query->name_size + 4;
    process_random(&query->number, sizeof query->number);
    query->bytes[0] = (u8)(query->number >> 8);
    query->bytes[1] = (u8)query->number;
    return true;
}

static bool dns_answers(struct dns_message message, const struct dns_query *query) {
    u8 name[DNS_NAME_MAX + 1];
    u32 size;
    if (message.size < 12 || dns_u16(message, 0) != query->number || !(message.bytes[2] & 0x80) ||
        message.bytes[2] & 0x78 || dns_u16(message, 4) != 1)
        return false;
    u32 at = dns_read_name(message, 12, name, &size);
    return at && at + 4 <= message.size && size == query->name_size &&
           __builtin_memcmp(name, query->bytes + 12, size) == 0 && dns_u16(message, at) == query->type &&
           dns_u16(message, at + 2) == DNS_IN;
}

struct dns_record {
    u8 name[DNS_NAME_MAX + 1];
    u32 name_size, type, class, data, data_size, end;
};

static bool dns_read_record(struct dns_message message, u32 at, struct dns_record *record) {
    at = dns_read_name(message, at, record->name, &record->name_size);
    if (!at || at + 10 > message.size)
        return false;
    record->type = dns_u16(message, at);
    record->class = dns_u16(message, at + 2);
    record->data = at + 10;
    record->data_size = dns_u16(message, at + 8);
    record->end = record->data + record->data_size;
    return record->end <= message.size;
}

/* The addresses of the name that was asked for, or of what it stands for. False if the message is damaged. */
static bool dns_collect(struct dns_message message, const struct dns_query *query, struct net_found *found) {
    u8 name[DNS_NAME_MAX + 1];
    u32 size = query->name_size, count = dns_u16(message, 6);
    __builtin_memcpy(name, query->bytes + 12, size);
    for (u32 step = 0; step < DNS_CHAIN_MAX; step++) {
        struct dns_record record;
        bool moved = false;
        for (u32 i = 0, at = query->size; i < count; i++, at = record.end) {
            if (!dns_read_record(message, at, &record))
                return false;
            if (record.class != DNS_IN || record.name_size != size || __builtin_memcmp(record.name, name, size) != 0)
                continue;
            u32 wanted = query->type == DNS_A ? 4 : 16;
            if (record.type == query->type && record.data_size == wanted) {
                struct net_address address = {.v6 = wanted == 16};
                __builtin_memcpy(address.address, message.bytes + record.data, wanted);
                dns_add(found, &address);
            } else if (record.type == DNS_CNAME && !moved) {
                u32 alias_size;
                u8 alias[DNS_NAME_MAX + 1];
                if (dns_read_name(message, record.data, alias, &alias_size) != record.end)
                    return false;
                __builtin_memcpy(name, alias, alias_size);
                size = alias_size;
                /* From the first record on, for the other name. */
                moved = true;
                break;
            }
        }
        if (!moved)
            break;
    }
    return true;
}

/* Asking. */

static u8 dns_buffer[65536];

static u64 dns_now(void) {
    u64 now = 0;
    process_clock_time(PROCESS_CLOCK_MONOTONIC, &now);
    return now;
}

/* Whether the socket is ready before that time. */
static bool dns_wait(file_handle file, u32 wanted, u64 until) {
    for (;;) {
        u64 now = dns_now();
        struct file_poll poll = {.file = file, .wanted = wanted};
        if (now >= until || file_poll(&poll, 1, until - now))
            return false;
        if (poll.ready)
            return true;
    }
}

static u16 dns_transfer(file_handle file, bool write, u8 *bytes, u32 size, u64 until) {
    while (size) {
        struct file_slice slice = {(struct guest_bytes *)bytes, size};
        u64 done = 0;
        u16 error = write ? file_write(file, &slice, 1, false, &done) : file_read(file, &slice, 1, &done);
        if (error == WASI_EAGAIN && dns_wait(file, write ? FILE_POLL_WRITE : FILE_POLL_READ, until))
            continue;
        if (error || !done)
            return error ? error : WASI_EIO;
        bytes += done;
        size -= (u32)done;
    }
    return WASI_SUCCESS;
}

/* The answer over TCP: as long as it is. */
static u16 dns_ask_stream(
    const struct net_address *server, const struct dns_query *query, u64 until, struct dns_message *answer) {
    file_handle file;
    u8 size[2] = {(u8)(query->size >> 8), (u8)query->size};
    u16 error = net_open(server->v6, false, &file);
    if (error)
        return error;
    error = net_connect(file, server);
    if (error == WASI_EINPROGRESS)
        error = dns_wait(file, FILE_POLL_WRITE, until) ? net_connected(file) : WASI_EAGAIN;
    if (!error)
        error = dns_transfer(file, true, size, 2, until);
    if (!error)
        error = dns_transfer(file, true, (u8 *)query->bytes, query->size, until);
    if (!error)
        error = dns_transfer(file, false, size, 2, until);
    *answer = (struct dns_message){dns_buffer, (u32)size[0] << 8 | size[1]};
    if (!error)
        error = dns_transfer(file, false, dns_buffer, answer->size, until);
    file_close(file);
    return !error && !dns_answers(*answer, query) ? WASI_EIO : error;
}

/* One datagram there, one back: the kernel lets none of others in. */
static u16 dns_ask_datagram(
    const struct net_address *server, const struct dns_query *query, u64 until, struct dns_message *answer) {
    file_handle file;
    u16 error = net_open(server->v6, true, &file);
    if (error)
        return error;
    error = net_connect(file, server);
    if (!error)
        error = dns_transfer(file, true, (u8 *)query->bytes, query->size, until);
    while (!error) {
        struct file_slice slice = {(struct guest_bytes *)dns_buffer, sizeof dns_buffer};
        u64 done = 0;
        error = dns_wait(file, FILE_POLL_READ, until) ? file_read(file, &slice, 1, &done) : WASI_EAGAIN;
        *answer = (struct dns_message){dns_buffer, (u32)done};
        if (!error && dns_answers(*answer, query))
            break;
        /* Others may have sent what is no answer, as may something that was readable and is not. */
        if (error == WASI_EAGAIN && dns_now() < until)
            error = WASI_SUCCESS;
    }
    file_close(file);
    return error;
}

enum { DNS_TRUNCATED = 2 };
enum { DNS_SERVER_FAILURE = 2, DNS_NO_NAME = 3 };

static u16 dns_ask(const struct net_address *server, const char *name, u16 type, u32 seconds, struct net_found *found) {
    struct dns_query query;
    struct dns_message answer;
    u64 until = dns_now() + seconds * DNS_SECOND;
    if (!dns_make_query(name, type, &query))
        return WASI_ENOENT;
    u16 error = dns_ask_datagram(server, &query, until, &answer);
    if (!error && answer.bytes[2] & DNS_TRUNCATED)
        error = dns_ask_stream(server, &query, until, &answer);
    if (error)
        return WASI_EAGAIN;
    u32 code = answer.bytes[3] & 15;
    if (code)
        return code == DNS_NO_NAME ? WASI_ENOENT : code == DNS_SERVER_FAILURE ? WASI_EAGAIN : WASI_EIO;
    return dns_collect(answer, &query, found) ? WASI_SUCCESS : WASI_EIO;
}

/* From the first server that says anything. */
static u16 dns_ask_all(const struct dns_settings *settings, const char *name, u16 type, struct net_found *found) {
    u16 error = WASI_EAGAIN;
    for (u32 attempt = 0; attempt < settings->attempts; attempt++) {
        for (u32 i = 0; i < settings->server_count; i++) {
            u16 result = dns_ask(&settings->servers[i], name, type, settings->timeout, found);
            if (result == WASI_SUCCESS || result == WASI_ENOENT)
                return result;
            error = result;
        }
    }
    return error;
}

/* Whether this machine has a way to an address: asks the kernel, and sends nothing. */
static bool dns_has_way(const struct net_address *address) {
    struct net_address with_port = *address;
    file_handle file;
    with_port.port = 53;
    if (net_open(address->v6, true, &file))
        return false;
    u16 error = net_connect(file, &with_port);
    file_close(file);
    return !error;
}

/* RFC 6761: these are this machine, whatever anybody says. */
static bool dns_is_localhost(const char *name) {
    const char *end = name;
    while (*end)
        end++;
    u64 size = (u64)(end - name);
    return size >= 9 && dns_same(end - 9, "localhost") && (size == 9 || end[-10] == '.');
}

INTERNAL u16 net_lookup(const char *name, struct net_found *found) {
    struct dns_settings settings;
    struct net_found v6 = {0};
    found->count = 0;
    if (dns_is_localhost(name)) {
        dns_add(found, &(struct net_address){.address = {127, 0, 0, 1}});
        dns_add(found, &(struct net_address){.v6 = true, .address = {[15] = 1}});
        return WASI_SUCCESS;
    }
    dns_read_hosts(name, found);
    if (found->count)
        return WASI_SUCCESS;
    dns_read_settings(&settings);
    u16 error = dns_ask_all(&settings, name, DNS_A, found);
    u16 error_v6 = error == WASI_ENOENT || error == WASI_EAGAIN ? error : dns_ask_all(&settings, name, DNS_AAAA, &v6);
    if (v6.count && dns_has_way(&v6.addresses[0])) {
        struct net_found v4 = *found;
        *found = v6;
        v6 = v4;
    }
    for (u32 i = 0; i < v6.count; i++)
        dns_add(found, &v6.addresses[i]);
    if (found->count)
        return WASI_SUCCESS;
    return error ? error : error_v6 ? error_v6 : WASI_ENOENT;
}

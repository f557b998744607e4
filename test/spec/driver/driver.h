/* What a script's driver is made of: rows of actions and assertions, called through one function per export. */
#ifndef SPEC_DRIVER_H
#define SPEC_DRIVER_H

#include "module.h"

typedef union value {
    u32 i32;
    u64 i64;
    f32 f32;
    f64 f64;
    const void *ref;
    u8 v128[16];
    u64 half[2];
} value;

enum kind { KIND_I32, KIND_I64, KIND_F32, KIND_F64, KIND_V128, KIND_NULL, KIND_FUNC, KIND_EXTERN, KIND_ANY, KIND_I31, KIND_EQ };
enum nan { NAN_EXACT, NAN_CANONICAL, NAN_ARITHMETIC };

struct pattern {
    u8 kind;
    u8 width; /* of lanes that may be NaNs, in bits; 0 if the bits must be the same */
    u8 nans[4];
    u8 alternatives; /* how many patterns from here on stand for the same result */
    u64 low, high;
};

enum command { DO, ASSERT_RETURN, ASSERT_TRAP, ASSERT_EXHAUSTION, ASSERT_EXCEPTION };

/* What `results` of a row can say. */
#define RESULTS_MAX 255

struct row {
    u32 line;
    u8 command, results;
    void (*call)(const value *arguments, value *results);
    u32 arguments, patterns; /* first of them in the tables below */
    const char *message;     /* of a trap */
};

extern const struct row rows[];
extern const u32 row_count;
extern const value arguments[];
extern const struct pattern patterns[];

#endif

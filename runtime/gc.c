/* The garbage collector: mark-region. Objects never move.

   The heap is an array of blocks of 32 KiB, blocks are lines of 128 bytes. Objects are allocated one behind the other in holes,
   which are lines without an object; a hole is filled with zeros when it is taken, so that from its beginning on objects can be
   walked until a type of 0. Objects of more than a line that do not fit into the hole go to a block of their own kind, those of more than
   a quarter of a block to whole blocks.

   A collection marks what can be reached, objects by a bit for each 8 bytes and the lines that they are on by a byte each. What
   was marked last stays known: with it, a word of the stack that may be a reference, also to the middle of an object, is told from any
   other number. Nothing is known of which words of the stack and of registers are references; of all else it is known exactly. */

#include "gc.h"

#include "gc/heap.c"
#include "gc/mark.c"
#include "gc/cards.c"
#include "gc/collect.c"
#include "gc/allocate.c"

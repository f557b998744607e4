//! Zig's std.Thread: workers take numbers from a queue that is shorter than what comes, each sums up in a thread-local
//! variable, and the sum of all is printed. Mutex and condition are made of atomics, since Zig 0.16 has none that compile
//! for threads of WASI.
const std = @import("std");

/// What would print a message does not compile for threads of WASI either.
pub const panic = std.debug.no_panic;

fn wait(word: *std.atomic.Value(u32), value: u32) void {
    _ = asm volatile (
        \\ local.get %[place]
        \\ local.get %[value]
        \\ i64.const -1
        \\ memory.atomic.wait32 0
        \\ local.set %[result]
        : [result] "=r" (-> u32),
        : [place] "r" (&word.raw),
          [value] "r" (value),
    );
}

fn wake(word: *std.atomic.Value(u32), count: u32) void {
    _ = asm volatile (
        \\ local.get %[place]
        \\ local.get %[count]
        \\ memory.atomic.notify 0
        \\ local.set %[result]
        : [result] "=r" (-> u32),
        : [place] "r" (&word.raw),
          [count] "r" (count),
    );
}

/// 0: free, 1: locked, 2: locked and waited for.
const Mutex = struct {
    state: std.atomic.Value(u32) = .init(0),

    fn lock(mutex: *Mutex) void {
        if (mutex.state.cmpxchgStrong(0, 1, .acquire, .monotonic) == null) return;
        while (mutex.state.swap(2, .acquire) != 0) wait(&mutex.state, 2);
    }

    fn unlock(mutex: *Mutex) void {
        if (mutex.state.swap(0, .release) == 2) wake(&mutex.state, 1);
    }
};

const Condition = struct {
    epoch: std.atomic.Value(u32) = .init(0),

    fn sleep(condition: *Condition, mutex: *Mutex) void {
        const epoch = condition.epoch.load(.acquire);
        mutex.unlock();
        wait(&condition.epoch, epoch);
        mutex.lock();
    }

    fn broadcast(condition: *Condition) void {
        _ = condition.epoch.fetchAdd(1, .release);
        wake(&condition.epoch, std.math.maxInt(u32));
    }
};

const Queue = struct {
    mutex: Mutex = .{},
    changed: Condition = .{},
    items: [4]u64 = undefined,
    count: usize = 0,
    closed: bool = false,

    fn put(queue: *Queue, item: u64) void {
        queue.mutex.lock();
        defer queue.mutex.unlock();
        while (queue.count == queue.items.len) queue.changed.sleep(&queue.mutex);
        queue.items[queue.count] = item;
        queue.count += 1;
        queue.changed.broadcast();
    }

    fn close(queue: *Queue) void {
        queue.mutex.lock();
        defer queue.mutex.unlock();
        queue.closed = true;
        queue.changed.broadcast();
    }

    fn take(queue: *Queue) ?u64 {
        queue.mutex.lock();
        defer queue.mutex.unlock();
        while (queue.count == 0) {
            if (queue.closed) return null;
            queue.changed.sleep(&queue.mutex);
        }
        queue.count -= 1;
        queue.changed.broadcast();
        return queue.items[queue.count];
    }
};

var numbers: Queue = .{};
threadlocal var squares: u64 = 0;

fn work(sum: *u64) void {
    while (numbers.take()) |item| squares += item * item;
    sum.* = squares;
}

/// Of stacks and thread-local variables.
var memory: [4 << 20]u8 = undefined;

pub fn main() void {
    var allocator: std.heap.FixedBufferAllocator = .init(&memory);
    var threads: [6]std.Thread = undefined;
    var sums: [6]u64 = @splat(0);
    var total: u64 = 0;
    var text: [32]u8 = undefined;
    for (&threads, &sums) |*thread, *sum|
        thread.* = std.Thread.spawn(.{ .allocator = allocator.allocator(), .stack_size = 1 << 18 }, work, .{sum}) catch @trap();
    for (1..2001) |item| numbers.put(item);
    numbers.close();
    for (threads, sums, 0..) |thread, _, i| {
        thread.join();
        total += sums[i];
    }
    const line = std.fmt.bufPrint(&text, "{d}\n", .{total}) catch @trap();
    const out: std.os.wasi.ciovec_t = .{ .base = line.ptr, .len = line.len };
    var written: usize = 0;
    _ = std.os.wasi.fd_write(1, @ptrCast(&out), 1, &written);
}

//! Prints digests of standard input, by the algorithms that the arguments name or by all.
const std = @import("std");
const Io = std.Io;

const algorithms = .{
    .{ "sha256", std.crypto.hash.sha2.Sha256 },
    .{ "sha3-256", std.crypto.hash.sha3.Sha3_256 },
    .{ "blake3", std.crypto.hash.Blake3 },
    .{ "md5", std.crypto.hash.Md5 },
};

pub fn main(init: std.process.Init) !u8 {
    const arena = init.arena.allocator();
    const args = try init.minimal.args.toSlice(arena);

    var out_buffer: [512]u8 = undefined;
    // A pipe has no position to write at, so not `File.writer`.
    var out_file = Io.File.stdout().writerStreaming(init.io, &out_buffer);
    const out = &out_file.interface;
    var in_buffer: [4096]u8 = undefined;
    var in_file = Io.File.stdin().readerStreaming(init.io, &in_buffer);
    const input = try in_file.interface.allocRemaining(arena, .unlimited);

    for (args[@min(1, args.len)..]) |wanted| {
        if (!known(wanted)) {
            std.debug.print("digest: no algorithm is called {s}\n", .{wanted});
            return 2;
        }
    }
    inline for (algorithms) |algorithm| {
        if (args.len < 2 or contains(args[1..], algorithm[0])) {
            var hash: [algorithm[1].digest_length]u8 = undefined;
            algorithm[1].hash(input, &hash, .{});
            try out.print("{s: <8}  {x}\n", .{ algorithm[0], &hash });
        }
    }
    try out.flush();
    return 0;
}

fn known(name: []const u8) bool {
    inline for (algorithms) |algorithm| {
        if (std.mem.eql(u8, name, algorithm[0])) return true;
    }
    return false;
}

fn contains(names: []const [:0]const u8, name: []const u8) bool {
    for (names) |other| {
        if (std.mem.eql(u8, other, name)) return true;
    }
    return false;
}

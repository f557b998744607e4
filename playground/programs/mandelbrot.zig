//! Draws the Mandelbrot set in letters; the argument is the width in columns.
const std = @import("std");
const Io = std.Io;

const shades = " .:-=+*%#@";
const limit = 2000;

pub fn main(init: std.process.Init) !u8 {
    const args = try init.minimal.args.toSlice(init.arena.allocator());
    const width = if (args.len > 1) std.fmt.parseInt(usize, args[1], 10) catch 0 else 78;
    if (width < 10 or width > 500) {
        std.debug.print("mandelbrot: the width is a number from 10 to 500\n", .{});
        return 2;
    }
    var buffer: [4096]u8 = undefined;
    // A pipe has no position to write at, so not `File.writer`.
    var file = Io.File.stdout().writerStreaming(init.io, &buffer);
    const out = &file.interface;

    // A letter is about twice as high as it is wide.
    const height = width * 2 / 5;
    for (0..height) |row| {
        for (0..width) |column| {
            const x = -2.2 + 3.2 * @as(f64, @floatFromInt(column)) / @as(f64, @floatFromInt(width));
            const y = -1.2 + 2.4 * (@as(f64, @floatFromInt(row)) + 0.5) / @as(f64, @floatFromInt(height));
            try out.writeByte(shade(escapeTime(x, y)));
        }
        try out.writeByte('\n');
    }
    try out.flush();
    return 0;
}

/// Steps until the orbit of c = x + iy leaves the circle of radius 2, at most `limit`.
fn escapeTime(x: f64, y: f64) u32 {
    var re: f64 = 0;
    var im: f64 = 0;
    for (0..limit) |step| {
        const next = re * re - im * im + x;
        im = 2 * re * im + y;
        re = next;
        if (re * re + im * im > 4) return @intCast(step);
    }
    return limit;
}

fn shade(time: u32) u8 {
    if (time == limit) return shades[shades.len - 1];
    return shades[@min(std.math.log2_int(u32, time + 1), shades.len - 2)];
}

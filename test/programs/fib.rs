//! The classic experiment: a line of text, and doubly recursive Fibonacci numbers.

fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

fn main() {
    println!("Hello, Wasm!");
    let n = std::env::args().nth(1).map_or(20, |text| text.parse().expect("a number"));
    println!("fib({}) = {}", n, fib(n));
}

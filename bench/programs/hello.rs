fn main() {
    println!("Hello, Wasm!");
}

//! Rust's standard library at work: maps, sorting, formatting, files, the environment, panics.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::BufRead;

fn main() {
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        for word in line.expect("UTF-8").split_whitespace() {
            *words.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    let mut report = String::new();
    for (word, count) in &words {
        writeln!(report, "{word:>10} {count:03}").unwrap();
    }
    std::fs::write("/report.txt", &report).expect("a granted directory");
    let back = std::fs::read_to_string("/report.txt").unwrap();
    let names: Vec<_> = std::fs::read_dir("/").unwrap().map(|entry| entry.unwrap().file_name()).collect();
    print!("{back}");
    println!("{:?} {:?} {:.3} {:e}", names, std::env::var("HOME"), std::f64::consts::PI, 1234.5);
    if words.contains_key("panic") {
        panic!("as asked");
    }
    std::process::exit(words.len() as i32);
}

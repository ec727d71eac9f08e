//! Shapes of types as services have them, each with planted mistakes: every one alone, every two,
//! and all together. What is found is counted; what is not found stands in [`misses`].

mod json;
mod misses;
mod mistake;
mod shape;
mod shapes;
mod tally;
mod told;

use self::misses::KNOWN_MISSES;
use self::tally::Tally;

#[test]
fn what_is_planted_is_found() {
    let shapes = shapes::all();
    let mut tally = Tally::default();
    let mut different = 0;
    for shape in &shapes {
        let is_good = shape.is_taken(&[]) && shape.told(&[]).is_empty();
        assert!(is_good, "{} refuses its body: {:?}", shape.name, shape.told(&[]));
        different += shape.mistakes.len();
        tally.count(shape);
    }
    println!("{different} different mistakes\n{tally}");
    assert!(
        shapes.len() >= 50 && different >= 300,
        "{} shapes, {different} mistakes",
        shapes.len()
    );
    if std::env::var("CORPUS").is_ok() {
        for m in &tally.missed {
            println!("MISS\t{}\t{}\t{:?}\t{:?}", m.shape, m.lost, m.beside, m.told);
        }
        for m in &tally.wrong {
            println!("WRONG\t{m}");
        }
        for m in &tally.invented {
            println!("INVENTED\t{m}");
        }
        return;
    }
    assert!(tally.wrong.is_empty(), "wrong:\n{}", tally.wrong.join("\n"));
    assert!(tally.invented.is_empty(), "invented:\n{}", tally.invented.join("\n"));
    let news = tally.news(KNOWN_MISSES);
    assert!(news.is_empty(), "{}", news.join("\n"));
    assert!(tally.found * 100 >= tally.planted * 97, "{tally}");
}

//! Tokens of others that our verifier accepts.

use support::needs;

use super::minted::Which;
use super::{ALGORITHMS, Pair, Program, Service, builder};

#[tokio::test]
async fn tokens_of_every_algorithm_are_accepted_with_their_key() {
    needs!(Node, Python);
    for program in Program::ALL {
        let pairs = ALGORITHMS.map(|algorithm| Pair::of(program, algorithm, Which::Ours));
        let tokens = program.texts(&pairs.each_ref().map(Pair::token));
        for (pair, token) in pairs.iter().zip(tokens) {
            let service = Service::start(builder().key(pair.key())).await;
            assert_eq!(service.asks(&token).await, "7", "{program:?} {}", pair.algorithm);
        }
    }
}

/// One service that knows all the keys accepts each for its own algorithm.
#[tokio::test]
async fn keys_of_many_algorithms_can_be_combined() {
    needs!(Node, Python);
    for program in Program::ALL {
        let pairs = ALGORITHMS.map(|algorithm| Pair::of(program, algorithm, Which::Ours));
        let named = |pair: &Pair| pair.key().with_id(pair.algorithm.name()).unwrap();
        let verifier = pairs.iter().fold(builder(), |builder, pair| builder.key(named(pair)));
        let service = Service::start(verifier).await;
        let mut tasks = pairs.each_ref().map(Pair::token);
        for (task, pair) in tasks.iter_mut().zip(&pairs) {
            task["header"]["kid"] = pair.algorithm.name().into();
        }
        for token in program.texts(&tasks) {
            assert_eq!(service.asks(&token).await, "7", "{program:?}");
        }
    }
}

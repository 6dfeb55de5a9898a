//! The whole way on one screen: collect, analyse, check, score.

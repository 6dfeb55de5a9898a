//! The engine: what is refused, and what gaps do.

use serde_json::json;

use super::super::rego::{self, Document, Module, Outcome, Runner};

/// What the interpreter and the virtual machine make of a check's body.
fn both(body: &str, subject: &serde_json::Value) -> (Outcome, Outcome) {
    let module = Module { file: "x.rego".into(), text: format!("package p\n{body}") };
    let data = Document::new(json!({"config": {}})).unwrap();
    let input = Document::new(json!({ "subject": subject })).unwrap();
    let (program, _) = rego::compile(&[], &module, "p").unwrap();
    let interpreter = Runner::new(&program, &data).unwrap().run(&input);
    (interpreter, rego::testing::by_machine(&module, &data, &input))
}

/// OPA goes on to `else` when a body ends without a value; regorus 0.14.1's machine does not. When this fails, the machine
/// may be what verdicts come from.
#[test]
fn the_virtual_machine_still_loses_else() {
    let subject = json!({"xs": [], "n": 0});
    for body in [
        "verdict := 1 if { some x in input.subject.xs; x == 3 } else := 2",
        "f(a) := 1 if { a == 5 }\nverdict := y if { y := f(4) } else := 2",
        "g := 1 if { input.subject.n == 5 }\nverdict := y if { y := g } else := 2",
        "verdict := sprintf(\"%s\", [input.subject.nope]) if { true } else := 2",
    ] {
        assert_eq!(both(body, &subject), (Outcome::Value(json!(2)), Outcome::Undefined), "{body}");
    }
}

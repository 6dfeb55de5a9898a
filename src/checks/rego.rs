//! The one file that names regorus: compile once, run many times, within limits.
//!
//! Checks run on regorus's virtual machine, several times faster than its interpreter; a test holds the two to the same
//! answers. Tests of checks run on the interpreter, which alone knows `with`.

use std::collections::BTreeSet;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{CompiledPolicy, Engine, Value};

use super::error::Problem;
use super::sandbox;

/// The most instructions that one verdict may take. A resource with a thousand copies takes some 60,000.
const MAX_INSTRUCTIONS: usize = 2_000_000;

/// A Rego file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Module {
    /// The file, for messages.
    pub(super) file: String,
    /// Its text.
    pub(super) text: String,
}

/// A fault of a Rego file, with its line where regorus tells.
pub(super) type Fault = (Option<u32>, Problem);

/// A compiled check.
#[derive(Clone)]
pub(super) struct Program {
    program: Arc<regorus::rvm::Program>,
    policy: CompiledPolicy,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("instructions", &self.program.instructions.len()).finish()
    }
}

/// A document that a check is run on.
#[derive(Debug, Clone)]
pub(super) struct Document(Value);

impl Document {
    /// From JSON. `None` where regorus cannot hold it.
    pub(super) fn new(json: serde_json::Value) -> Option<Self> {
        let value = Value::from(json);
        (value != Value::Undefined).then_some(Self(value))
    }
}

/// What one run of a rule gave.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// A value.
    Value(serde_json::Value),
    /// No rule applied.
    Undefined,
    /// It did not come to an end.
    Error(String),
}

impl Outcome {
    fn from_result<E: std::fmt::Display>(result: Result<Value, E>) -> Self {
        match result {
            Ok(Value::Undefined) => Self::Undefined,
            Ok(value) => match serde_json::to_value(&value) {
                Ok(json) => Self::Value(json),
                Err(error) => Self::Error(error.to_string()),
            },
            Err(error) => Self::Error(one_line(&error.to_string())),
        }
    }
}

/// An engine with modules in it.
fn engine(modules: &[&Module]) -> Result<Engine, Fault> {
    let mut engine = Engine::new();
    for module in modules {
        engine
            .add_policy(module.file.clone(), module.text.clone())
            .map_err(|error| fault(&module.file, &error.to_string()))?;
    }
    Ok(engine)
}

/// The package that a module declares, without `data.`.
pub(super) fn package(module: &Module) -> Result<String, Fault> {
    let mut engine = Engine::new();
    let package = engine
        .add_policy(module.file.clone(), module.text.clone())
        .map_err(|error| fault(&module.file, &error.to_string()))?;
    Ok(package.strip_prefix("data.").unwrap_or(&package).to_owned())
}

/// Compiles `data.<package>.verdict` of a check with the shared modules.
pub(super) fn compile(shared: &[Module], check: &Module, package: &str) -> Result<Program, Fault> {
    let modules: Vec<&Module> = shared.iter().chain([check]).collect();
    let mut engine = engine(&modules)?;
    let entry = format!("data.{package}.verdict");
    let policy = engine
        .compile_with_entrypoint(&entry.as_str().into())
        .map_err(|error| fault(&check.file, &error.to_string()))?;
    if !policy.get_rules().contains_key(&entry) {
        return Err((None, Problem::Rego("has no rule `verdict`".to_owned())));
    }
    let program =
        Compiler::compile_from_policy(&policy, &[&entry]).map_err(|error| fault(&check.file, &error.to_string()))?;
    // The text was looked through already; this looks at what the compiler really linked.
    for builtin in &program.builtin_info_table {
        if sandbox::forbidden(&builtin.name) {
            return Err((None, Problem::Forbidden(builtin.name.clone())));
        }
    }
    Ok(Program { program, policy })
}

/// A check ready to be run on many subjects.
pub(super) struct Runner {
    vm: RegoVM,
}

impl Runner {
    /// With `data.config`.
    pub(super) fn new(program: &Program, data: &Document) -> Result<Self, String> {
        let mut vm = RegoVM::new_with_policy(program.policy.clone());
        vm.load_program(Arc::clone(&program.program));
        vm.set_max_instructions(MAX_INSTRUCTIONS);
        vm.set_strict_builtin_errors(true);
        vm.set_data(data.0.clone()).map_err(|error| error.to_string())?;
        Ok(Self { vm })
    }

    /// The verdict on one subject.
    pub(super) fn run(&mut self, input: &Document) -> Outcome {
        self.vm.set_input(input.0.clone());
        Outcome::from_result(self.vm.execute())
    }
}

/// Where a line of regorus's messages says the fault lies: `--> file:line:column`.
fn fault(file: &str, message: &str) -> Fault {
    let line = message.lines().find_map(|line| {
        let place = line.trim().strip_prefix("--> ")?.strip_prefix(file)?.strip_prefix(':')?;
        place.split(':').next()?.parse().ok()
    });
    (line, Problem::Rego(one_line(message)))
}

/// The `error:` line of a message of regorus, which draws the source over several lines.
fn one_line(message: &str) -> String {
    let said = message.lines().find_map(|line| line.trim().strip_prefix("error: "));
    let text = said.unwrap_or_else(|| message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("failed"));
    text.chars().take(300).collect()
}

/// A module's `test_` rules with what each gave, in order of name.
pub(super) fn run_tests(modules: &[&Module], package: &str, data: &Document) -> Result<Vec<(String, Outcome)>, Fault> {
    let mut engine = engine(modules)?;
    engine.add_data(data.0.clone()).map_err(|error| (None, Problem::Rego(error.to_string())))?;
    // A rule's head stands at the start of a line. What is no rule after all ends in an error, never in silence.
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rules: BTreeSet<&str> = modules
        .last()
        .into_iter()
        .flat_map(|module| module.text.lines())
        .filter(|line| line.starts_with("test_"))
        .filter_map(|line| line.split(|c| !is_name(c)).next())
        .collect();
    Ok(rules
        .into_iter()
        .map(|rule| {
            let outcome = Outcome::from_result(engine.eval_rule(format!("data.{package}.{rule}")));
            (rule.to_owned(), outcome)
        })
        .collect())
}

#[cfg(test)]
pub(super) mod testing {
    //! What only tests ask of regorus.

    use super::*;

    /// The interpreter's verdict, to hold the virtual machine's against.
    pub(in crate::checks) fn interpret(
        shared: &[Module],
        check: &Module,
        data: &Document,
        input: &Document,
    ) -> Outcome {
        let modules: Vec<&Module> = shared.iter().chain([check]).collect();
        let mut engine = engine(&modules).unwrap();
        engine.add_data(data.0.clone()).unwrap();
        engine.set_input(input.0.clone());
        Outcome::from_result(engine.eval_rule(format!("data.{}.verdict", package(check).unwrap())))
    }

    /// The lines of each module that its tests leave unevaluated: (file, lines).
    pub(in crate::checks) fn uncovered(modules: &[&Module], package: &str, data: &Document) -> Vec<(String, Vec<u32>)> {
        let mut engine = engine(modules).unwrap();
        engine.add_data(data.0.clone()).unwrap();
        engine.set_enable_coverage(true);
        let tests = run_tests(modules, package, data).unwrap();
        for (name, _) in tests {
            engine.eval_rule(format!("data.{package}.{name}")).unwrap();
        }
        let report = engine.get_coverage_report().unwrap();
        report.files.into_iter().map(|file| (file.path.clone(), file.not_covered.iter().copied().collect())).collect()
    }
}

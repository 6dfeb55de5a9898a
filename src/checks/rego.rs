//! The one file that names regorus: compile once, run many times, within limits.
//!
//! Verdicts come from regorus's interpreter, the same that runs the tests of checks. Its virtual machine is faster, but in
//! 0.14.1 it gives up a rule whose body ends without a value where OPA and the interpreter go on to `else`; a test pins
//! that, so that an upgrade which mends it is noticed.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::time::Duration;

use regorus::languages::rego::compiler::Compiler;
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{CompiledPolicy, Engine, Value};

use super::error::Problem;

/// The longest that one verdict may take; it takes some microseconds. Rego has no recursion, so this stops nested loops over
/// long lists alone.
const TIME_LIMIT: ExecutionTimerConfig =
    ExecutionTimerConfig { limit: Duration::from_secs(10), check_interval: NonZeroU32::MIN.saturating_add(999) };

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
    engine: Engine,
    rule: String,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("rule", &self.rule).finish_non_exhaustive()
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

/// Compiles `data.<package>.verdict` of a check with the shared modules; gives the paths of all rules as well.
pub(super) fn compile(shared: &[Module], check: &Module, package: &str) -> Result<(Program, BTreeSet<String>), Fault> {
    let modules: Vec<&Module> = shared.iter().chain([check]).collect();
    let mut engine = engine(&modules)?;
    let rule = format!("data.{package}.verdict");
    if !engine.has_declared_rule_rooted_at(&check.file, "verdict").unwrap_or(false) {
        return Err((None, Problem::Rego("has no rule `verdict`".to_owned())));
    }
    let policy = engine
        .compile_with_entrypoint(&rule.as_str().into())
        .map_err(|error| fault(&check.file, &error.to_string()))?;
    unknown_names(&policy, &rule, &check.file)?;
    let rules: BTreeSet<String> = policy.get_rules().keys().cloned().collect();
    engine.set_execution_timer_config(TIME_LIMIT);
    engine.set_strict_builtin_errors(true);
    Ok((Program { engine, rule }, rules))
}

/// The interpreter hears of an unknown function or variable when it comes to it; the machine's compiler hears of it at once.
/// What else that compiler cannot do is no fault of the check.
fn unknown_names(policy: &CompiledPolicy, rule: &str, file: &str) -> Result<(), Fault> {
    match Compiler::compile_from_policy(policy, &[rule]) {
        Err(error) => {
            let (line, problem) = fault(file, &error.to_string());
            let about_names =
                ["Unknown function", "Unknown builtin function", "Not a builtin function", "Undefined variable"];
            match &problem {
                Problem::Rego(message) if about_names.iter().any(|start| message.starts_with(start)) => {
                    Err((line, problem))
                }
                _ => Ok(()),
            }
        }
        Ok(_) => Ok(()),
    }
}

/// A check ready to be run on many subjects.
pub(super) struct Runner {
    engine: Engine,
    rule: String,
}

impl Runner {
    /// With `data.config`.
    pub(super) fn new(program: &Program, data: &Document) -> Result<Self, String> {
        let mut engine = program.engine.clone();
        engine.add_data(data.0.clone()).map_err(|error| one_line(&error.to_string()))?;
        Ok(Self { engine, rule: program.rule.clone() })
    }

    /// The verdict on one subject.
    pub(super) fn run(&mut self, input: &Document) -> Outcome {
        self.engine.set_input(input.0.clone());
        Outcome::from_result(self.engine.eval_rule(self.rule.clone()))
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

    impl Program {
        /// The same, within another time.
        pub(in crate::checks) fn limited_to(mut self, limit: Duration) -> Self {
            self.engine.set_execution_timer_config(ExecutionTimerConfig { limit, ..TIME_LIMIT });
            self
        }
    }

    /// The verdict of regorus's virtual machine.
    pub(in crate::checks) fn by_machine(check: &Module, data: &Document, input: &Document) -> Outcome {
        let entry = format!("data.{}.verdict", package(check).unwrap());
        let policy = engine(&[check]).unwrap().compile_with_entrypoint(&entry.as_str().into()).unwrap();
        let program = Compiler::compile_from_policy(&policy, &[&entry]).unwrap();
        let mut machine = regorus::rvm::RegoVM::new_with_policy(policy);
        machine.load_program(program);
        machine.set_data(data.0.clone()).unwrap();
        machine.set_input(input.0.clone());
        Outcome::from_result(machine.execute())
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

//! The names of condition operators. Imports nothing.
//!
//! Names are read whatever their case: an official sample policy says `Stringlike`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

/// What a comparison of two values asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(super) fn holds<T: PartialOrd>(self, request: &T, policy: &T) -> bool {
        match self {
            Self::Equal => request == policy,
            Self::Less => request < policy,
            Self::LessOrEqual => request <= policy,
            Self::Greater => request > policy,
            Self::GreaterOrEqual => request >= policy,
        }
    }
}

/// What kind of values an operator compares, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// Exact text.
    Text,
    /// Exact text, whatever the case of its letters.
    Folded,
    /// Text with wildcards.
    Like,
    /// ARNs part by part: `ArnEquals` and `ArnLike` are the same.
    Arn,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Null,
}

/// How the values of a request are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Set {
    /// `ForAllValues`
    All,
    /// `ForAnyValue`
    Any,
}

/// An operator, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Operator {
    pub(super) base: Base,
    pub(super) negated: bool,
    pub(super) if_exists: bool,
    pub(super) set: Option<Set>,
}

impl Operator {
    /// Reads an operator's name; `None` where AWS has no such operator.
    pub(super) fn read(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let (set, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Some(Set::All), rest),
            Some(("foranyvalue", rest)) => (Some(Set::Any), rest),
            Some(_) => return None,
            None => (None, lower.as_str()),
        };
        let (plain, if_exists) = rest.strip_suffix("ifexists").map_or((rest, false), |plain| (plain, true));
        let (base, negated) = base(plain)?;
        // Null asks whether the key exists; neither makes sense with it.
        if base == Base::Null && (if_exists || set.is_some()) {
            return None;
        }
        Some(Self { base, negated, if_exists, set })
    }
}

fn base(name: &str) -> Option<(Base, bool)> {
    let number = |order| (Base::Number(order), false);
    let date = |order| (Base::Date(order), false);
    Some(match name {
        "stringequals" => (Base::Text, false),
        "stringnotequals" => (Base::Text, true),
        "stringequalsignorecase" => (Base::Folded, false),
        "stringnotequalsignorecase" => (Base::Folded, true),
        "stringlike" => (Base::Like, false),
        "stringnotlike" => (Base::Like, true),
        "arnequals" | "arnlike" => (Base::Arn, false),
        "arnnotequals" | "arnnotlike" => (Base::Arn, true),
        "numericequals" => number(Order::Equal),
        "numericnotequals" => (Base::Number(Order::Equal), true),
        "numericlessthan" => number(Order::Less),
        "numericlessthanequals" => number(Order::LessOrEqual),
        "numericgreaterthan" => number(Order::Greater),
        "numericgreaterthanequals" => number(Order::GreaterOrEqual),
        "dateequals" => date(Order::Equal),
        "datenotequals" => (Base::Date(Order::Equal), true),
        "datelessthan" => date(Order::Less),
        "datelessthanequals" => date(Order::LessOrEqual),
        "dategreaterthan" => date(Order::Greater),
        "dategreaterthanequals" => date(Order::GreaterOrEqual),
        "bool" => (Base::Bool, false),
        "binaryequals" => (Base::Binary, false),
        "ipaddress" => (Base::Ip, false),
        "notipaddress" => (Base::Ip, true),
        "null" => (Base::Null, false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let operator = Operator::read("forallvalues:STRINGNotLikeIfExists").unwrap();
        assert_eq!(operator, Operator { base: Base::Like, negated: true, if_exists: true, set: Some(Set::All) });
        for name in ["NotBool", "NullIfExists", "ForAnyValue:Null", "ForSomeValue:StringLike", "String", "", "IfExists"]
        {
            assert_eq!(Operator::read(name), None, "{name}");
        }
    }
}

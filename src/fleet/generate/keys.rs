//! KMS keys. What a key is stands in the first digit of its id, so that nobody has to remember the keys of ten thousand
//! accounts: `a` is managed by AWS, `d` pending deletion, `e` of imported material that expires, `f` disabled; the others
//! are a customer's and well.

use crate::demo::build::{days_ago, id, uuid, value};
use crate::model::ids::Arn;
use crate::model::kms::{Key, KeyDetail};

use super::random::Chance;
use super::world::Here;

/// A key that something in this place may be encrypted with; each place has few.
pub(super) fn any(here: Here<'_>, chance: &mut Chance) -> Option<Arn> {
    let (digit, name) = match chance.below(100) {
        0..42 => ('a', "aws-managed"),
        42..85 => ('0', "data"),
        85..91 => return Some(multi_region(here)),
        91..94 => ('d', "cleaned-up"),
        94..97 => ('e', "imported"),
        97..98 => ('f', "off"),
        _ => return Some(foreign(here)),
    };
    Some(own(here, digit, name))
}

/// A customer's key that is well.
pub(super) fn customer(here: Here<'_>, name: &str) -> Arn {
    own(here, '0', name)
}

fn own(here: Here<'_>, digit: char, name: &str) -> Arn {
    let whole = uuid(&format!("{}-{}-{name}", here.account, here.region));
    let rest: String = whole.chars().skip(1).collect();
    here.arn("kms", &format!("key/{digit}{rest}"))
}

fn multi_region(here: Here<'_>) -> Arn {
    let whole = uuid(&format!("{}-{}-multi", here.account, here.region)).replace('-', "");
    here.arn("kms", &format!("key/mrk-{whole}"))
}

/// A key of somebody outside the organization.
fn foreign(here: Here<'_>) -> Arn {
    let rest = uuid(here.region.as_str());
    id(&format!("arn:{}:kms:{}:099999999990:key/{rest}", here.partition, here.region))
}

/// What KMS says of a key that is referred to so.
pub(super) fn describe(reference: &Arn) -> Key {
    let named = reference.resource();
    let key = match named.strip_prefix("alias/") {
        Some(alias) => format!("0{}", uuid(alias).chars().skip(1).collect::<String>()),
        None => named.strip_prefix("key/").unwrap_or(named).to_owned(),
    };
    let (partition, account) = (reference.partition(), reference.account().unwrap_or_else(|| id("000000000000")));
    let region = reference.region().unwrap_or_else(|| id("us-east-1"));
    let multi_region = key.starts_with("mrk-");
    let (state, digit) = match key.chars().next() {
        Some('d') => ("PendingDeletion", 'd'),
        Some('f') => ("Disabled", 'f'),
        Some(digit) => ("Enabled", digit),
        None => ("Enabled", '0'),
    };
    let expires = digit == 'e';
    let detail = KeyDetail {
        arn: id(&format!("arn:{partition}:kms:{region}:{account}:key/{key}")),
        manager: if digit == 'a' { "AWS" } else { "CUSTOMER" }.into(),
        state: state.into(),
        deletion_at: (digit == 'd').then(|| days_ago(-9)),
        origin: if expires { "EXTERNAL" } else { "AWS_KMS" }.into(),
        expiration_model: expires.then(|| "KEY_MATERIAL_EXPIRES".into()),
        material_expires_at: expires.then(|| days_ago(-12)),
        multi_region,
        multi_region_type: multi_region.then(|| "PRIMARY".into()),
        primary_region: multi_region.then_some(region),
        account: account.clone(),
    };
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:{partition}:iam::{account}:root"}},"Action":"kms:*","Resource":"*"}}]}}"#
    );
    Key { reference: reference.clone(), detail: value(detail), policy: Some(value(policy)) }
}

//! The format's structs: what `palisade.posture/1` is, and what its JSON Schema is made from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// The scored outcome of one inventory of an AWS organization.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "palisade.posture/1")]
pub(in crate::reports) struct PostureV1<'a, F> {
    /// The format's version: `palisade.posture/1`.
    pub(super) schema: &'a str,
    /// The palisade that judged, as `palisade 0.1.0`.
    pub(super) tool: &'a str,
    /// When the collection began. Ages are judged at each answer's own time.
    pub(super) taken_at: Timestamp,
    /// The identity that the collection ran as.
    pub(super) caller: CallerV1<'a>,
    /// What was asked for.
    pub(super) scope: ScopeV1<'a>,
    /// The organization; null where there is none or it was not looked at.
    pub(super) organization: Option<OrganizationV1<'a>>,
    /// The accounts, suspended ones too.
    pub(super) accounts: Vec<AccountV1<'a>>,
    /// The overall score; null where nothing was judged.
    pub(super) score: Option<ScoreV1>,
    /// The five layers, in order.
    pub(super) layers: Vec<LayerV1<'a>>,
    /// The checks that were run.
    pub(super) checks: Vec<CheckV1<'a>>,
    /// Ids of checks that this version does not judge yet.
    pub(super) not_judged: Vec<&'a str>,
    /// The data of production: which layers stand, and what would survive.
    pub(super) resources: Vec<ResourceV1<'a>>,
    /// The statuses that `findings` holds; the counts of `layers` hold all of them.
    pub(super) statuses: Vec<&'a str>,
    /// One verdict per check and subject, in order of check, account, region, subject.
    pub(super) findings: F,
    /// The waivers of the configuration, and what became of each.
    pub(super) waivers: Vec<WaiverV1<'a>>,
    /// What could not be read.
    pub(super) gaps: Vec<PlacedGapV1<'a>>,
    /// The API calls made.
    pub(super) ledger: Vec<LedgerEntryV1<'a>>,
}

/// The document as a whole, for the schema.
pub(in crate::reports) type Document = PostureV1<'static, Vec<FindingV1<'static>>>;

/// The identity that the collection ran as.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct CallerV1<'a> {
    /// Its account.
    pub(super) account: &'a str,
    /// Its ARN.
    pub(super) arn: &'a str,
    /// Its partition.
    pub(super) partition: &'a str,
    /// Where organization-wide calls were made.
    pub(super) home_region: &'a str,
}

/// What was asked for.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct ScopeV1<'a> {
    /// The accounts asked for; empty is all.
    pub(super) accounts: Vec<&'a str>,
    /// The organizational units asked for; empty is all.
    pub(super) organizational_units: Vec<&'a str>,
    /// Accounts left out.
    pub(super) excluded_accounts: Vec<&'a str>,
    /// The regions asked for; empty is what each account has enabled.
    pub(super) regions: Vec<&'a str>,
    /// The role assumed in member accounts.
    pub(super) role_name: Option<&'a str>,
    /// Whether the content of Terraform states was read.
    pub(super) state_content: bool,
    /// Regions taken as empty on the owner's word.
    pub(super) treat_as_empty: Vec<&'a str>,
}

/// The organization.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct OrganizationV1<'a> {
    /// `o-…`
    pub(super) id: &'a str,
    /// The management account.
    pub(super) management_account: &'a str,
}

/// An account.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct AccountV1<'a> {
    /// Its id.
    pub(super) id: &'a str,
    /// Its name, exactly as AWS gives it.
    pub(super) name: Option<&'a str>,
    /// Its state.
    pub(super) state: Option<&'a str>,
    /// Its environment; null where unknown.
    pub(super) environment: Option<&'a str>,
    /// Whether it was scanned.
    pub(super) scanned: bool,
}

/// A score from 0 to 100 as an interval: unknown taken as failed for the low end, as passed for the high end.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct ScoreV1 {
    /// The low end.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(super) low: f64,
    /// The high end.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub(super) high: f64,
}

/// A layer.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct LayerV1<'a> {
    /// `scp`, `separation`, `deletion`, `backup` or `state`.
    pub(super) id: &'a str,
    /// Its title.
    pub(super) title: &'a str,
    /// Its score; null where nothing in it was judged.
    pub(super) score: Option<ScoreV1>,
    /// Verdicts that pass.
    pub(super) passed: usize,
    /// Verdicts that fail.
    pub(super) failed: usize,
    /// Verdicts that are unknown.
    pub(super) unknown: usize,
    /// Verdicts that do not concern their subject.
    pub(super) not_applicable: usize,
    /// Verdicts that fail or are unknown and that an owner accepts for a time; counted nowhere else, and in no score.
    pub(super) waived: usize,
}

/// A check.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct CheckV1<'a> {
    /// Its id.
    pub(super) id: &'a str,
    /// Its layer.
    pub(super) layer: &'a str,
    /// Its severity.
    pub(super) severity: &'a str,
    /// What stands when it passes.
    pub(super) title: &'a str,
    /// What it is about.
    pub(super) description: &'a str,
    /// The framework controls that it speaks to: framework → control ids.
    pub(super) frameworks: &'a BTreeMap<String, Vec<String>>,
    /// Pages that it follows.
    pub(super) related: &'a [String],
    /// How to mend a failure, without the console.
    pub(super) remediation: RemediationV1<'a>,
}

/// How to mend a failure.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct RemediationV1<'a> {
    /// What to know before; null where the commands say it all.
    pub(super) note: Option<&'a str>,
    /// In Terraform.
    pub(super) terraform: &'a str,
    /// With the AWS CLI.
    pub(super) cli: &'a str,
}

/// A verdict.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct FindingV1<'a> {
    /// The check's id.
    pub(super) check: &'a str,
    /// The check's layer.
    pub(super) layer: &'a str,
    /// `critical`, `high`, `medium` or `low`.
    pub(super) severity: &'a str,
    /// The verdict.
    #[schemars(extend("enum" = ["fail", "unknown", "pass", "not_applicable"]))]
    pub(super) status: &'a str,
    /// The subject's account; null for the organization.
    pub(super) account: Option<&'a str>,
    /// The subject's region; null for global things.
    pub(super) region: Option<&'a str>,
    /// What is judged.
    pub(super) subject: SubjectV1<'a>,
    /// Why, as a sentence.
    pub(super) message: &'a str,
    /// What the verdict rests on.
    pub(super) evidence: Vec<EvidenceV1<'a>>,
    /// The waiver that covers it; null where none does. The status stays what it is.
    pub(super) waived: Option<WaivedV1<'a>>,
}

/// What a waived finding says of its waiver.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct WaivedV1<'a> {
    /// Why it is accepted.
    pub(super) reason: &'a str,
    /// Who answers for it.
    pub(super) owner: &'a str,
    /// Where it was discussed.
    pub(super) ticket: Option<&'a str>,
    /// The last day on which it is, as `YYYY-MM-DD`.
    pub(super) expires: String,
    /// Who approved it.
    pub(super) approved_by: Option<&'a str>,
}

/// A waiver and what became of it.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct WaiverV1<'a> {
    /// The check's id, or a glob over ids.
    pub(super) check: &'a str,
    /// Only findings of this account; null is any.
    pub(super) account: Option<&'a str>,
    /// Only findings of accounts below this unit; null is any.
    pub(super) organizational_unit: Option<&'a str>,
    /// A glob over the subjects' ARNs; null is any.
    pub(super) arn: Option<&'a str>,
    /// Why it is accepted.
    pub(super) reason: &'a str,
    /// Who answers for it.
    pub(super) owner: &'a str,
    /// Where it was discussed.
    pub(super) ticket: Option<&'a str>,
    /// The last day on which it counts, exactly as it is written.
    pub(super) expires: String,
    /// Who approved it.
    pub(super) approved_by: Option<&'a str>,
    /// Whether it may cover critical findings for more than 90 days.
    pub(super) long_lived: bool,
    /// `malformed`, `expired`, `refused`, `expires_soon`, `unused` or `applied`.
    #[schemars(extend("enum" = ["malformed", "expired", "refused", "expires_soon", "unused", "applied"]))]
    pub(super) standing: &'a str,
    /// How many findings it covers; of one that counts no longer, how many it would.
    pub(super) findings: usize,
    /// What became of it, as a sentence.
    pub(super) why: &'a str,
}

/// What is judged. Names are exactly as AWS gives them: escape them before showing them.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct SubjectV1<'a> {
    /// Its kind.
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    /// Its ARN, or an id of like exactness.
    pub(super) arn: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// Its environment; null where unknown or without meaning.
    pub(super) environment: Option<&'a str>,
    /// Its class; null where it has none.
    pub(super) class: Option<&'a str>,
}

/// A thing that a verdict rests on.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::reports) enum EvidenceV1<'a> {
    /// A fact of the subject.
    Fact {
        /// Its path in the subject.
        path: &'a str,
        /// Its value.
        value: &'a serde_json::Value,
    },
    /// A list that was read completely.
    Read {
        /// The account; null for the organization.
        account: Option<&'a str>,
        /// The region; null for global services.
        region: Option<&'a str>,
        /// What was read.
        collection: &'a str,
        /// The operations called.
        operations: Vec<&'a str>,
        /// When.
        read_at: Option<Timestamp>,
    },
    /// Something that could not be read.
    Gap {
        /// The account; null for the organization.
        account: Option<&'a str>,
        /// The regions; empty for global services.
        regions: Vec<&'a str>,
        /// What could not be read.
        collection: &'a str,
        /// Why.
        gap: GapV1<'a>,
    },
}

/// Why something could not be read.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct GapV1<'a> {
    /// `denied`, `denied_by_scp`, `region_denied`, `throttled`, `timeout`, `malformed`, `interrupted`, `budget` or
    /// `out_of_scope`.
    pub(super) kind: &'a str,
    /// The API operation that did not answer, or that was not made.
    pub(super) operation: &'a str,
    /// AWS's error code.
    pub(super) code: Option<&'a str>,
    /// What happened.
    pub(super) message: &'a str,
    /// How many times the call was tried; 0 where it was never made.
    pub(super) attempts: u32,
    /// AWS's request id of the last try.
    pub(super) request_id: Option<&'a str>,
}

/// A gap with its place.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct PlacedGapV1<'a> {
    /// The account.
    pub(super) account: Option<&'a str>,
    /// The region; null for global services.
    pub(super) region: Option<&'a str>,
    /// What could not be read.
    pub(super) collection: &'a str,
    /// The item, where it is about one.
    pub(super) item: Option<&'a str>,
    /// Why.
    #[serde(flatten)]
    pub(super) gap: GapV1<'a>,
}

/// The calls of one operation in one account and region.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct LedgerEntryV1<'a> {
    /// The account called.
    pub(super) account: &'a str,
    /// The region called.
    pub(super) region: &'a str,
    /// The operation.
    pub(super) operation: &'a str,
    /// The number of calls.
    pub(super) calls: u64,
    /// The number of tries, retries included.
    pub(super) attempts: u64,
    /// When the first call was answered.
    pub(super) first_at: Timestamp,
    /// When the last call was answered.
    pub(super) last_at: Timestamp,
    /// AWS's request id of the last answered call.
    pub(super) last_request_id: Option<&'a str>,
    /// The calls that failed.
    pub(super) failures: Vec<CallFailureV1<'a>>,
}

/// A call that failed.
#[derive(Serialize, JsonSchema)]
pub(in crate::reports) struct CallFailureV1<'a> {
    /// When the last try was answered or given up.
    pub(super) at: Timestamp,
    /// What kind of gap it left.
    pub(super) kind: &'a str,
    /// AWS's error code.
    pub(super) code: Option<&'a str>,
    /// What was asked for.
    pub(super) subject: Option<&'a str>,
    /// AWS's request id.
    pub(super) request_id: Option<&'a str>,
}

/// A piece of production data.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct ResourceV1<'a> {
    /// Its ARN.
    pub(super) arn: &'a str,
    /// Its name.
    pub(super) name: &'a str,
    /// What kind of thing it is.
    pub(super) kind: &'a str,
    /// Its account.
    pub(super) account: Option<&'a str>,
    /// Its region.
    pub(super) region: Option<&'a str>,
    /// Its environment; null where unknown.
    pub(super) environment: Option<&'a str>,
    /// The layers `scp`, `separation`, `deletion`, `backup` and `state`, judged against one destroy by one principal that
    /// weakens no protection first.
    pub(super) layers: BTreeMap<&'a str, StandingV1<'a>>,
    /// What survives every principal of its account, and all that they reach.
    pub(super) account_takeover: SurvivalV1<'a>,
    /// What survives every principal of the management account, and all that they reach; null where it lies there.
    pub(super) management_takeover: Option<SurvivalV1<'a>>,
    /// What looks like a backup of it and is none.
    pub(super) not_backups: Vec<NoBackupV1<'a>>,
}

/// What is taken for a backup and is none.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct NoBackupV1<'a> {
    /// `read_replica`, `global_secondary`, `bucket_replica` or `clone`.
    #[schemars(extend("enum" = ["read_replica", "global_secondary", "bucket_replica", "clone"]))]
    pub(super) kind: &'a str,
    /// Its ARN.
    pub(super) arn: &'a str,
    /// Its name, exactly as AWS gives it.
    pub(super) name: &'a str,
    /// Why it brings nothing back.
    pub(super) why: &'a str,
    /// The tier that it would have if it held everything and whatever could not be read turned out well.
    #[schemars(extend("enum" = ["immutable", "isolated", "shared_fate", "none"]))]
    pub(super) tier_at_best: &'a str,
}

/// Whether a layer stands.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct StandingV1<'a> {
    /// `held`, `failed` or `unknown`.
    #[schemars(extend("enum" = ["held", "failed", "unknown"]))]
    pub(super) standing: &'a str,
    /// Why.
    pub(super) why: &'a str,
}

/// What survives one attacker.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct SurvivalV1<'a> {
    /// The tier that is certain: `immutable`, `isolated`, `shared_fate` or `none`.
    #[schemars(extend("enum" = ["immutable", "isolated", "shared_fate", "none"]))]
    pub(super) tier: &'a str,
    /// The tier if everything that could not be read turned out well.
    #[schemars(extend("enum" = ["immutable", "isolated", "shared_fate", "none"]))]
    pub(super) tier_at_best: &'a str,
    /// The copy that carries the certain tier.
    pub(super) best: Option<&'a str>,
    /// The age of its data, in hours: what would be lost.
    pub(super) rpo_hours: Option<f64>,
    /// How long it lasts, in hours; null is for ever.
    pub(super) survives_hours: Option<f64>,
    /// The one change that would raise the tier most; null where none is higher.
    pub(super) raise: Option<RaiseV1<'a>>,
}

/// A change that raises a tier.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::reports) struct RaiseV1<'a> {
    /// What kind of change.
    pub(super) kind: &'a str,
    /// What to do, in words.
    pub(super) what: &'a str,
    /// The tier that it leads to.
    pub(super) to: &'a str,
}

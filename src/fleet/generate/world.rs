//! What all accounts of a generated organization share: who there is, where, and what each is for.

use jiff::Timestamp;

use crate::demo::build::{id, read_at};
use crate::model::ids::{AccountId, Arn, Partition, Region};

use super::Shape;
use super::random::Chance;
use super::tree::{self, Tree};

/// The role that palisade enters accounts by.
pub(super) const AUDIT_ROLE: &str = "PalisadeAudit";

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The management account.
    Management,
    /// Control Tower's log archive.
    LogArchive,
    /// Control Tower's audit account.
    Audit,
    /// Where pipelines start and central states lie.
    Delivery,
    /// Where copies go.
    Backup,
    /// Everything else.
    Workload,
}

/// An account before its content.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// Its number: 0 is the management account.
    pub(super) number: usize,
    pub(super) id: AccountId,
    pub(super) name: String,
    /// The unit (or root) that it sits in.
    pub(super) parent: String,
    pub(super) purpose: Purpose,
    /// The word for its environment, as people say it there; `None` where nobody says.
    pub(super) environment: Option<&'static str>,
    /// Whether its unit is under a region guard that leaves palisade out.
    pub(super) guarded: bool,
    /// Whether AWS has suspended it, closed it, or not begun it.
    pub(super) inactive: bool,
}

/// The shared facts.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) shape: Shape,
    pub(super) partition: Partition,
    pub(super) regions: Vec<Region>,
    pub(super) tree: Tree,
    pub(super) members: Vec<Member>,
    /// The organization's name, in every bucket's.
    pub(super) name: &'static str,
}

impl World {
    pub(super) fn new(seed: u64, shape: &Shape) -> Self {
        let mut chance = Chance::of(seed, "world", 0);
        let mut regions: Vec<Region> = Vec::new();
        let given = if shape.regions.is_empty() { usual_regions(&shape.partition) } else { shape.regions.clone() };
        for region in given {
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        let tree = Tree::new(seed, shape.accounts);
        let name = chance.pick(&["acme", "contoso", "initech", "umbra", "northwind", "hooli", "tyrell", "wayne"]);
        let members = (0..shape.accounts.max(1)).map(|number| tree::member(seed, number, shape, &tree)).collect();
        Self { seed, shape: shape.clone(), partition: shape.partition.clone(), regions, tree, members, name }
    }

    /// The home region.
    pub(super) fn home(&self) -> &Region {
        // There is one: an empty list was replaced, and every partition has its usual ones.
        static FALLBACK: std::sync::LazyLock<Region> = std::sync::LazyLock::new(|| id("us-east-1"));
        self.regions.first().unwrap_or(&FALLBACK)
    }

    /// The second region in use; the home region where there is but one.
    pub(super) fn second(&self) -> &Region {
        self.regions.get(1).unwrap_or_else(|| self.home())
    }

    pub(super) fn management(&self) -> &Member {
        static FALLBACK: std::sync::LazyLock<Member> = std::sync::LazyLock::new(|| Member {
            number: 0,
            id: id("100000000000"),
            name: "Management".to_owned(),
            parent: tree::ROOT.to_owned(),
            purpose: Purpose::Management,
            environment: None,
            guarded: false,
            inactive: false,
        });
        self.members.first().unwrap_or(&FALLBACK)
    }

    /// Who palisade runs as.
    pub(super) fn caller(&self) -> Arn {
        let (partition, account) = (&self.partition, &self.management().id);
        id(&format!("arn:{partition}:sts::{account}:assumed-role/PalisadeRunner/scan"))
    }

    /// The accounts of this purpose.
    pub(super) fn of(&self, purpose: Purpose) -> impl Iterator<Item = &Member> {
        // They come first: nobody looks through ten thousand workloads for them.
        self.members.iter().take(tree::FURNITURE).filter(move |member| member.purpose == purpose)
    }

    /// The account that this one's copies go to.
    pub(super) fn backup_for(&self, number: usize) -> Option<&Member> {
        let count = self.of(Purpose::Backup).count();
        self.of(Purpose::Backup).nth(number.checked_rem(count)?)
    }

    /// The place of an account in a region.
    pub(super) fn at<'a>(&'a self, member: &'a Member, region: &'a Region) -> Here<'a> {
        Here { partition: &self.partition, account: &member.id, region }
    }
}

fn usual_regions(partition: &Partition) -> Vec<Region> {
    let codes: &[&str] = match partition.as_str() {
        "aws-cn" => &["cn-north-1", "cn-northwest-1"],
        "aws-us-gov" => &["us-gov-west-1", "us-gov-east-1"],
        "aws-eusc" => &["eusc-de-east-1"],
        "aws-iso" => &["us-iso-east-1", "us-iso-west-1"],
        "aws-iso-b" => &["us-isob-east-1"],
        _ => &["eu-central-1", "eu-west-1", "us-east-1"],
    };
    codes.iter().map(|code| id(code)).collect()
}

/// An account and a region: what ARNs are made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here<'a> {
    pub(super) partition: &'a Partition,
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
}

impl Here<'_> {
    pub(super) fn arn(self, service: &str, resource: &str) -> Arn {
        id(&format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account))
    }

    pub(super) fn iam(self, resource: &str) -> Arn {
        id(&format!("arn:{}:iam::{}:{resource}", self.partition, self.account))
    }

    /// A managed policy of AWS's.
    pub(super) fn aws_policy(self, name: &str) -> Arn {
        id(&format!("arn:{}:iam::aws:policy/{name}", self.partition))
    }

    pub(super) fn vault(self, name: &str) -> Arn {
        self.arn("backup", &format!("backup-vault:{name}"))
    }

    pub(super) fn bucket(self, name: &str) -> Arn {
        Arn::bucket(self.partition, name)
    }
}

/// A moment between so many hours ago, to the millisecond.
pub(super) fn ago(chance: &mut Chance, from_hours: i64, to_hours: i64) -> Timestamp {
    let millis = chance.within(from_hours.saturating_mul(3_600_000), to_hours.saturating_mul(3_600_000));
    Timestamp::from_millisecond(read_at().as_millisecond().saturating_sub(millis)).unwrap_or_else(|_| read_at())
}

/// The same in whole seconds.
pub(super) fn ago_whole(chance: &mut Chance, from_hours: i64, to_hours: i64) -> Timestamp {
    let moment = ago(chance, from_hours, to_hours);
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// So many days after a moment.
pub(super) fn days_after(moment: Timestamp, days: i64) -> Timestamp {
    let seconds = days.saturating_mul(86_400_000);
    Timestamp::from_millisecond(moment.as_millisecond().saturating_add(seconds)).unwrap_or(moment)
}

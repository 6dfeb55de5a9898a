//! The HTML report in a real browser: `tests/browser/report.mjs` drives headless Chromium over pages that are rendered here.
//!
//! It needs Chromium, node and npm: what npm installs is pinned by `tests/browser/package-lock.json` and lies under `target/`. Where
//! one of the three is missing, standard error says so and nothing is tested, unless `PALISADE_REQUIRE_BROWSER` is set, as CI does.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo;
use palisade::model::finding::{Evidence, Finding, Status};
use palisade::model::history::ScorePoint;
use palisade::model::posture::{Posture, Score};
use palisade::model::waiver::{Expiry, Waived, Waiver, WaiverStanding, WaiverUse};
use palisade::reports::html::{Extras, write};
use serde_json::json;

use crate::support::owners;
use crate::support::program::{palisade, run};

/// Where Debian's `chromium` and others put it.
const BROWSERS: [&str; 4] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

/// What a name may hold at worst.
const HOSTILE: &str =
    "<img src=x onerror=owned=1></script><script>owned=1</script>\u{202e}\u{200b}\u{2028}'\"&lt;${owned=1}";

/// How long opening the large page may take on a machine that does much else beside.
const OPENS_WITHIN_MS: u32 = 12_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "CI says by a variable that a missing browser is a failure")]
fn required() -> bool {
    std::env::var_os("PALISADE_REQUIRE_BROWSER").is_some()
}

/// The browser, where everything is at hand.
fn tools() -> Option<&'static str> {
    let browser = BROWSERS.into_iter().find(|path| Path::new(path).exists());
    let starts = |name: &str| Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok();
    let missing: Vec<&str> = [("chromium", browser.is_some()), ("node", starts("node")), ("npm", starts("npm"))]
        .into_iter()
        .filter_map(|(name, there)| (!there).then_some(name))
        .collect();
    if missing.is_empty() {
        return browser;
    }
    let text = format!(
        "THE HTML REPORT WAS NOT TESTED IN A BROWSER: {} missing (Debian: apt-get install chromium nodejs npm)",
        missing.join(", ")
    );
    assert!(!required(), "{text}");
    eprintln!("{text}");
    None
}

/// The packages of the lock file, installed once for each of its versions.
fn modules() -> PathBuf {
    let source = root().join("tests/browser");
    let lock = fs::read(source.join("package-lock.json")).unwrap();
    let stamp = lock
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{stamp:016x}"));
    fs::create_dir_all(&folder).unwrap();
    let guard = File::create(folder.join("lock")).unwrap();
    guard.lock().unwrap();
    if !folder.join("ready").exists() {
        for name in ["package.json", "package-lock.json"] {
            fs::copy(source.join(name), folder.join(name)).unwrap();
        }
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(npm.status.success(), "npm ci: {}", String::from_utf8_lossy(&npm.stderr));
        fs::write(folder.join("ready"), "").unwrap();
    }
    folder
}

fn posture() -> Posture {
    let library = Library::load(&[]).unwrap();
    assess(&demo::incident(), &owners(), &library, &Selection::default())
}

fn page(folder: &Path, name: &str, posture: &Posture, extras: &Extras<'_>) -> PathBuf {
    let path = folder.join(format!("{name}.html"));
    let mut out = BufWriter::new(File::create(&path).unwrap());
    write(posture, extras, &mut out).unwrap();
    path
}

/// Every text that somebody outside may choose, chosen at its worst.
fn hostile() -> Posture {
    let mut posture = posture();
    for account in &mut posture.accounts {
        account.name = Some(HOSTILE.to_owned());
        account.environment = account.environment.as_ref().map(|_| HOSTILE.to_owned());
    }
    for finding in &mut posture.findings {
        finding.subject.name = HOSTILE.to_owned();
        finding.subject.arn.push_str(HOSTILE);
        finding.subject.environment = Some(HOSTILE.to_owned());
        finding.message = format!("{HOSTILE} {}", finding.message);
        finding.evidence.push(Evidence::Fact {
            path: HOSTILE.to_owned(),
            value: json!({ HOSTILE: [HOSTILE], "told": HOSTILE, "path": [] }),
        });
    }
    for resource in &mut posture.resources {
        resource.name = HOSTILE.to_owned();
        resource.arn.push_str(HOSTILE);
        for layer in [&mut resource.layers.scp, &mut resource.layers.backup] {
            layer.why = HOSTILE.to_owned();
        }
    }
    for check in &mut posture.checks {
        check.title = HOSTILE.to_owned();
        check.description = HOSTILE.to_owned();
        check.remediation.terraform = format!("{HOSTILE}\n{HOSTILE}");
        check.related.push(format!("https://{HOSTILE}"));
        check.frameworks.insert(HOSTILE.to_owned(), vec![HOSTILE.to_owned()]);
    }
    for placed in &mut posture.gaps {
        placed.gap.message = HOSTILE.to_owned();
        placed.gap.code = Some(HOSTILE.to_owned());
    }
    if let Some(organization) = &mut posture.organization {
        organization.id = HOSTILE.to_owned();
    }
    waive(&mut posture, HOSTILE);
    posture
}

/// Some failures waived, and waivers of every standing.
fn waive(posture: &mut Posture, reason: &str) {
    let expires = "2026-05-01".parse().unwrap();
    let waived = Waived {
        reason: reason.to_owned(),
        owner: "payments".to_owned(),
        ticket: Some("SEC-812".to_owned()),
        expires,
        approved_by: Some("ciso".to_owned()),
    };
    let failing = posture.findings.iter_mut().filter(|finding| finding.status == Status::Fail);
    failing.step_by(9).for_each(|finding| finding.waived = Some(waived.clone()));
    let standings =
        [WaiverStanding::Expired, WaiverStanding::ExpiresSoon, WaiverStanding::Unused, WaiverStanding::Applied];
    posture.waivers = standings
        .into_iter()
        .map(|standing| WaiverUse {
            waiver: Waiver {
                check: "deletion-*".to_owned(),
                account: None,
                organizational_unit: None,
                arn: Some("arn:aws:rds:*".to_owned()),
                reason: reason.to_owned(),
                owner: "payments".to_owned(),
                ticket: Some("SEC-812".to_owned()),
                expires: Expiry::On(expires),
                approved_by: Some("ciso".to_owned()),
                approved_on: None,
                long_lived: false,
            },
            standing,
            findings: 3,
            why: "what became of it".to_owned(),
        })
        .collect();
    let layers = palisade::posture::layers(&posture.findings);
    posture.score = palisade::posture::overall(&layers);
    posture.layers = layers;
}

fn history(posture: &Posture) -> Vec<ScorePoint> {
    (1..=28_i32)
        .map(|day| {
            let low = f64::from(30 + day);
            ScorePoint {
                scan: format!("scan-{day}"),
                taken_at: format!("2026-02-{day:02}T07:00:00Z").parse().unwrap(),
                complete: day % 9 != 0,
                score: Some(Score { low, high: low + f64::from(28 - day) }),
                layers: posture.layers.clone(),
            }
        })
        .collect()
}

/// Nothing was judged.
fn empty() -> Posture {
    let layers = palisade::posture::layers(&[]);
    Posture {
        score: None,
        movers: Vec::new(),
        layers,
        findings: Vec::new(),
        resources: Vec::new(),
        gaps: Vec::new(),
        ledger: Vec::new(),
        ..posture()
    }
}

/// Fifty thousand verdicts over two hundred accounts: those of the demo, each on subjects of their own.
fn large() -> Posture {
    let mut posture = posture();
    let account = posture.accounts.first().unwrap().clone();
    posture.accounts = (0..200)
        .map(|number| {
            let mut account = account.clone();
            account.id = format!("{:012}", 100_000_000_000_u64 + number).parse().unwrap();
            account.name = Some(format!("workload-{number}"));
            account
        })
        .collect();
    let model = std::mem::take(&mut posture.findings);
    posture.findings = (0..50_000)
        .map(|number| {
            let mut finding: Finding = model[number % model.len()].clone();
            let account = &posture.accounts[number % posture.accounts.len()].id;
            finding.subject.name = format!("database-{number}");
            finding.subject.arn = format!("arn:aws:rds:eu-central-1:{account}:db:database-{number}");
            finding.message = format!("{} ({number})", finding.message);
            finding.evidence.push(Evidence::Fact { path: "number".to_owned(), value: number.into() });
            finding.account = Some(account.clone());
            finding
        })
        .collect();
    posture.layers = palisade::posture::layers(&posture.findings);
    posture
}

#[test]
fn the_report_in_a_browser() {
    let Some(chromium) = tools() else { return };
    let modules = modules();
    // They stay, for a person to look at.
    let folder = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser-pages");
    fs::create_dir_all(folder).unwrap();
    let arguments = ["demo", "--format", "html,json", "--output", "demo.html", "--output", "demo.json"];
    run(palisade(folder).args(arguments)).exits(0);
    let mut rich = posture();
    waive(&mut rich, "accepted until the migration");
    let curve = history(&rich);
    let settings = json!({
        "chromium": chromium,
        "modules": modules,
        "posture": folder.join("demo.json"),
        "opens_within_ms": OPENS_WITHIN_MS,
        "pages": {
            "demo": folder.join("demo.html"),
            "rich": page(folder, "rich", &rich, &Extras { drills: &[], history: &curve }),
            "hostile": page(folder, "hostile", &hostile(), &Extras::default()),
            "empty": page(folder, "empty", &empty(), &Extras::default()),
            "large": page(folder, "large", &large(), &Extras::default()),
        },
    });
    let path = folder.join("settings.json");
    fs::write(&path, settings.to_string()).unwrap();
    // A browser that hangs must not hang the build.
    let output = Command::new("timeout")
        .args(["--kill-after=5", "300", "node"])
        .arg(root().join("tests/browser/report.mjs"))
        .arg(&path)
        .output()
        .unwrap();
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    eprintln!("{told}");
    assert!(output.status.success(), "{told}\n{errors}");
}

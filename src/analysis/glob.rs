//! The globs of the configuration: over ARNs where they begin with `arn:`, over bucket names elsewhere.

use globset::{GlobBuilder, GlobMatcher};

use crate::model::ids::Arn;

/// One glob.
pub(crate) struct Glob {
    /// As it is written.
    pub(crate) text: String,
    matcher: Option<GlobMatcher>,
}

impl Glob {
    /// A text that is no glob matches nothing; `config` refuses it before it comes here.
    pub(crate) fn new(text: &str) -> Self {
        let glob = GlobBuilder::new(text).literal_separator(false).build().ok();
        Self { text: text.to_owned(), matcher: glob.map(|glob| glob.compile_matcher()) }
    }

    /// Many, in order.
    pub(crate) fn list(texts: &[String]) -> Vec<Self> {
        texts.iter().map(|text| Self::new(text)).collect()
    }

    /// Whether it matches a resource: by its ARN, or by its name where it is a bucket and the glob is none of ARNs.
    pub(crate) fn matches(&self, arn: &Arn) -> bool {
        let over_arns = self.text.starts_with("arn:");
        let text = match (over_arns, arn.service()) {
            (true, _) => arn.as_str(),
            (false, "s3") => arn.resource(),
            (false, _) => return false,
        };
        self.matcher.as_ref().is_some_and(|matcher| matcher.is_match(text))
    }
}

/// The first that matches, as it is written.
pub(crate) fn first<'a>(globs: &'a [Glob], arn: &Arn) -> Option<&'a str> {
    globs.iter().find(|glob| glob.matches(arn)).map(|glob| glob.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn a_glob_is_over_arns_or_over_bucket_names() {
        for (glob, arn, want) in [
            ("shop-*", "arn:aws:s3:::shop-orders", true),
            ("shop-*", "arn:aws:s3:::my-shop-orders", false),
            ("shop-*", "arn:aws:rds:eu-west-1:111122223333:db:shop-orders", false),
            ("arn:aws:rds:*:111122223333:db:*", "arn:aws:rds:eu-west-1:111122223333:db:shop-orders", true),
            ("arn:aws:rds:*:111122223333:db:*", "arn:aws:rds:eu-west-1:444455556666:db:shop-orders", false),
            ("arn:aws:s3:::shop-*", "arn:aws:s3:::shop-orders", true),
            ("arn:aws:dynamodb:*:*:table/*", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", true),
            ("[a", "arn:aws:s3:::a", false),
        ] {
            assert_eq!(Glob::new(glob).matches(&arn.parse().unwrap()), want, "{glob} on {arn}");
        }
    }
}

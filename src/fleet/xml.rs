//! Writing XML as the query and REST-XML protocols have it: elements and text, no attributes but the namespace.
//!
//! Follows <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>. The decision worth knowing: a carriage return is
//! written as a character reference, because every XML parser turns a bare one into a line feed; and `>`
//! is escaped, because `]]>` may not stand in text.

use quick_xml::escape::partial_escape;

/// Elements one after the other.
#[derive(Debug, Default)]
pub(super) struct Xml(String);

impl Xml {
    /// The elements as text.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// An element with text.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.open(name);
        self.bare(value);
        self.close(name);
    }

    /// Text without an element of its own: what a root element holds that has nothing else.
    pub(super) fn bare(&mut self, value: &str) {
        let escaped = partial_escape(value);
        match escaped.contains('\r') {
            true => self.0.push_str(&escaped.replace('\r', "&#13;")),
            false => self.0.push_str(&escaped),
        }
    }

    /// An element with what something displays: a number, an ARN.
    pub(super) fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        self.text(name, &value.to_string());
    }

    /// An element with text, where there is one.
    pub(super) fn some(&mut self, name: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// An element with elements.
    pub(super) fn node(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.open(name);
        fill(self);
        self.close(name);
    }

    /// A list: one element around one `member` for each item; empty, the element stands alone.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        member: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        self.node(name, |xml| items.into_iter().for_each(|item| xml.node(member, |xml| fill(xml, item))));
    }

    /// A list of texts.
    pub(super) fn texts<T: std::fmt::Display>(&mut self, name: &str, member: &str, items: impl IntoIterator<Item = T>) {
        self.node(name, |xml| items.into_iter().for_each(|item| xml.put(member, item)));
    }

    fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let mut xml = Xml::default();
        xml.node("A", |xml| {
            xml.text("Name", "<script>&amp;\r\n\"'\u{202e}");
            xml.some("None", None::<&str>);
            xml.texts("L", "m", [1, 2]);
            xml.list("E", "m", Vec::<u8>::new(), |_, _| {});
        });
        let text = xml.into_text();
        assert_eq!(text, "<A><Name>&lt;script&gt;&amp;amp;&#13;\n\"'\u{202e}</Name><L><m>1</m><m>2</m></L><E></E></A>");
    }
}

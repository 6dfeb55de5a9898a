"""Values held to the shapes of AWS's published models: in XML, in JSON, and as text in forms, heads and paths."""

import base64
import binascii
import json
import re
from xml.etree import ElementTree

# Where AWS's model says something else than AWS's wire, by (service, operation, part of the fault), each with its day
# and its reason.
ALLOWED = [
    # 2026-11-25: the model's enum has the regions of some day in the past; S3 answers with whatever region it is.
    ("s3", "GetBucketLocation", re.compile(r"/LocationConstraint: '[a-z]{2}(-[a-z]+)+-\d+' is none of")),
]

# The namespaces of S3's answers, which the model has at its inputs alone.
NAMESPACES = {
    "s3": "http://s3.amazonaws.com/doc/2006-03-01/",
    "s3control": "http://awss3control.amazonaws.com/doc/2018-08-20/",
}

ISO = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z")
HTTP_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (0[1-9]|[12]\d|3[01]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d GMT"
)
INTEGER = re.compile(r"-?(0|[1-9]\d*)")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity")
BOUNDS = {"integer": 31, "long": 63}


def within(kind, number):
    return -(1 << BOUNDS[kind]) <= number < 1 << BOUNDS[kind]


class Required:
    """The required ones among a shape's members that stand in one place."""

    def __init__(self, names):
        self.required_members = names


def content_type(held, where, headers, wanted):
    found = headers.get("content-type", "").split(";")[0].strip()
    if found not in wanted:
        held.fault(where, f"has the content type {found!r}, not {wanted[0]}")


class Held:
    """The faults found in one exchange."""

    def __init__(self, service, operation):
        self.service, self.operation = service, operation
        self.faults = []

    def fault(self, where, what):
        text = f"{where}: {what}"
        for service, operation, pattern in ALLOWED:
            if (service, operation) == (self.service, self.operation) and pattern.search(text):
                return
        self.faults.append(f"{self.service} {self.operation} {text}")

    # Scalars.

    def enum(self, where, shape, text):
        if getattr(shape, "enum", None) and text not in shape.enum:
            self.fault(where, f"{text!r} is none of {shape.name}'s values")

    def timestamp(self, where, style, text):
        pattern = {"iso8601": ISO, "rfc822": HTTP_DATE, "unixTimestamp": NUMBER}[style]
        if not pattern.fullmatch(text):
            self.fault(where, f"{text!r} is no time of the format {style}")

    def text(self, where, shape, text, style="iso8601"):
        """A scalar written as text: in XML, in a form, in a header, in a path or query."""
        kind = shape.type_name
        if kind in ("string", "character"):
            self.enum(where, shape, text)
        elif kind in BOUNDS:
            if not INTEGER.fullmatch(text) or not within(kind, int(text)):
                self.fault(where, f"{text!r} is no {kind}")
        elif kind in ("float", "double"):
            if not NUMBER.fullmatch(text):
                self.fault(where, f"{text!r} is no {kind}")
        elif kind == "boolean":
            if text not in ("true", "false"):
                self.fault(where, f"{text!r} is no boolean")
        elif kind == "timestamp":
            self.timestamp(where, shape.serialization.get("timestampFormat", style), text)
        elif kind == "blob":
            self.blob(where, text)
        else:
            self.fault(where, f"a {kind} is written as text")

    def blob(self, where, text):
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.fault(where, "is no base64")

    def required(self, where, shape, given):
        for name in shape.required_members:
            if name not in given:
                self.fault(where, f"lacks {name}")

    # XML.

    def xml(self, where, shape, node, namespace, skip=()):
        kind = shape.type_name
        if kind == "structure":
            self.xml_structure(where, shape, node, namespace, skip)
        elif kind == "list":
            self.no_text(where, node)
            wanted = shape.member.serialization.get("name", "member")
            for child in node:
                name = self.local(where, child, namespace)
                if name != wanted:
                    self.fault(where, f"has an element {name} where the model has {wanted}")
                self.xml(f"{where}/{name}", shape.member, child, namespace)
        elif kind == "map":
            self.no_text(where, node)
            for entry in node:
                if self.local(where, entry, namespace) != "entry":
                    self.fault(where, f"has an element {entry.tag} where the model has entry")
                self.xml_entry(f"{where}/entry", shape, entry, namespace)
        else:
            if len(node):
                self.fault(where, f"has elements where the model has a {kind}")
            if node.attrib:
                self.fault(where, f"has attributes {sorted(node.attrib)}")
            self.text(where, shape, node.text or "")

    def xml_entry(self, where, shape, entry, namespace):
        names = [self.local(where, child, namespace) for child in entry]
        wanted = [shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")]
        if names != wanted:
            self.fault(where, f"holds {names} where the model has {wanted}")
        for child, part in zip(entry, (shape.key, shape.value)):
            self.xml(f"{where}/{child.tag}", part, child, namespace)

    def xml_structure(self, where, shape, node, namespace, skip):
        self.no_text(where, node)
        known, attributes = {}, {}
        for name, member in shape.members.items():
            if member.serialization.get("location") or name in skip:
                continue
            if member.serialization.get("xmlAttribute"):
                attributes[member.serialization["name"].split(":")[-1]] = name
                continue
            flat = member.type_name in ("list", "map") and member.serialization.get("flattened")
            # A flattened list has no element of its own: each of its members stands under the list's name.
            wire = member.serialization.get("name", name)
            if flat and member.type_name == "list" and "name" in member.member.serialization:
                wire = member.member.serialization["name"]
            known[wire] = (name, member, flat)
        given, seen = set(), set()
        for attribute in node.attrib:
            if attribute.split("}")[-1] not in attributes:
                self.fault(where, f"has an attribute {attribute} that the model has not")
            given.add(attributes.get(attribute.split("}")[-1]))
        for child in node:
            wire = self.local(where, child, namespace)
            if wire not in known:
                self.fault(where, f"has an element {wire} that {shape.name} has not")
                continue
            name, member, flat = known[wire]
            if wire in seen and not flat:
                self.fault(where, f"has {wire} twice")
            seen.add(wire)
            given.add(name)
            if flat and member.type_name == "list":
                self.xml(f"{where}/{wire}", member.member, child, namespace)
            elif flat:
                self.xml_entry(f"{where}/{wire}", member, child, namespace)
            else:
                self.xml(f"{where}/{wire}", member, child, namespace)
        given |= {name for name, member in shape.members.items() if member.serialization.get("location")} | set(skip)
        # An empty flattened list is nothing at all.
        given |= {name for name, member, flat in known.values() if flat}
        self.required(where, shape, given)

    def no_text(self, where, node):
        if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
            self.fault(where, "has text between its elements")

    def local(self, where, node, namespace):
        """An element's name; every element of an answer is of one namespace."""
        found, _, name = node.tag.rpartition("}")
        if found.lstrip("{") != (namespace or ""):
            self.fault(where, f"{name} is of the namespace {found.lstrip('{')!r}, not {namespace!r}")
        return name

    def parsed(self, where, body):
        try:
            return ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            self.fault(where, f"is no XML: {error}")
            return None

    # JSON.

    def json(self, where, shape, value, style="unixTimestamp", skip=()):
        kind = shape.type_name
        if value is None:
            self.fault(where, "is null")
        elif getattr(shape, "is_document_type", False):
            return
        elif kind == "structure":
            if not isinstance(value, dict):
                return self.fault(where, f"is no object but {value!r:.60}")
            members = {n: m for n, m in shape.members.items() if not m.serialization.get("location") and n not in skip}
            known = {member.serialization.get("name", name): (name, member) for name, member in members.items()}
            for wire, inner in value.items():
                if wire in known:
                    self.json(f"{where}/{wire}", known[wire][1], inner, style)
                else:
                    self.fault(where, f"has a member {wire} that {shape.name} has not")
            given = {known[wire][0] for wire in value if wire in known} | (set(shape.members) - set(members))
            self.required(where, shape, given)
            if getattr(shape, "is_tagged_union", False) and len(value) != 1:
                self.fault(where, f"is a union with {len(value)} members")
        elif kind == "list":
            if not isinstance(value, list):
                return self.fault(where, f"is no list but {value!r:.60}")
            for inner in value:
                self.json(f"{where}[]", shape.member, inner, style)
        elif kind == "map":
            if not isinstance(value, dict):
                return self.fault(where, f"is no map but {value!r:.60}")
            for key, inner in value.items():
                self.enum(f"{where} (key)", shape.key, key)
                self.json(f"{where}/{key}", shape.value, inner, style)
        else:
            self.json_scalar(where, shape, value, style)

    def json_scalar(self, where, shape, value, style):
        kind = shape.type_name
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind == "timestamp":
            style = shape.serialization.get("timestampFormat", style)
            if style == "unixTimestamp" and not number:
                self.fault(where, f"{value!r:.60} is no time of the format {style}")
            elif style != "unixTimestamp":
                self.timestamp(where, style, str(value))
        elif kind == "boolean" and not isinstance(value, bool):
            self.fault(where, f"{value!r:.60} is no boolean")
        elif kind in BOUNDS and not (number and isinstance(value, int) and within(kind, value)):
            self.fault(where, f"{value!r:.60} is no {kind}")
        elif kind in ("float", "double") and not number and value not in ("NaN", "Infinity", "-Infinity"):
            self.fault(where, f"{value!r:.60} is no {kind}")
        elif kind in ("string", "character", "blob") and not isinstance(value, str):
            self.fault(where, f"{value!r:.60} is no {kind}")
        elif kind == "blob":
            self.blob(where, value)
        elif kind in ("string", "character"):
            self.enum(where, shape, value)

    def object(self, where, body):
        def once(pairs):
            names = [name for name, _ in pairs]
            for name in {name for name in names if names.count(name) > 1}:
                self.fault(where, f"has {name} twice")
            return dict(pairs)

        try:
            constant = lambda word: self.fault(where, f"has {word}")
            value = json.loads(body, object_pairs_hook=once, parse_constant=constant)
        except (ValueError, UnicodeDecodeError) as error:
            self.fault(where, f"is no JSON: {error}")
            return None
        if not isinstance(value, dict):
            self.fault(where, "is no object")
            return None
        return value

    # Members of a head.

    def headers(self, where, shape, headers, foreign):
        """Members that are headers; `foreign` says of a header without a member whether it may be there."""
        given, known = set(), {}
        prefixes = {}
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            if location == "header":
                known[member.serialization.get("name", name).lower()] = (name, member)
            elif location == "headers":
                prefixes[member.serialization.get("name", "").lower()] = name
        for header, text in headers.items():
            if header in known:
                name, member = known[header]
                given.add(name)
                self.text(f"{where} header {header}", member, text, "rfc822")
            elif not any(header.startswith(prefix) for prefix in prefixes) and not foreign(header):
                self.fault(where, f"has a header {header} that {shape.name} has not")
        return given | set(prefixes.values())

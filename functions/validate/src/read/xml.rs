//! What both readers of XML ask of a tag.

use domain::validate::Refusal;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// A tag cannot be read.
#[derive(Debug)]
pub(super) struct BadTag;

impl From<BadTag> for Refusal {
    fn from(_: BadTag) -> Self {
        Self::Damaged
    }
}

/// The value of an attribute, whatever its prefix; nothing when it is not there.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<String, BadTag> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| BadTag)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            return Ok(value.map_err(|_| BadTag)?.into_owned());
        }
    }
    Ok(String::new())
}

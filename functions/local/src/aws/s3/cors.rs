//! Cross-origin rules: s3s stores none and answers no preflight, so this wraps around it.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use s3s::Body;
use s3s::dto::CORSRule;

/// What a page on some origin wants to do.
pub(super) struct Wish {
    origin: String,
    method: String,
    headers: Vec<String>,
}

impl Wish {
    /// The wish of a cross-origin request; none for the others.
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::to_owned);
        let asked = text(ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        Some(Self {
            origin: text(ORIGIN)?,
            method: text(ACCESS_CONTROL_REQUEST_METHOD).unwrap_or_else(|| method.to_string()),
            headers: asked
                .split(',')
                .map(|name| name.trim().to_ascii_lowercase())
                .filter(|name| !name.is_empty())
                .collect(),
        })
    }

    /// The answer to the question a browser asks before the request.
    pub(super) fn preflight(&self, rules: &[CORSRule]) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        if !self.grant(rules, response.headers_mut()) {
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
        response
    }

    /// Adds to an answer what lets the page read it. False if no rule allows the wish.
    pub(super) fn grant(&self, rules: &[CORSRule], answer: &mut HeaderMap) -> bool {
        let Some(rule) = rules.iter().find(|rule| self.is_allowed_by(rule)) else {
            return false;
        };
        let any_origin = rule.allowed_origins.iter().any(|origin| origin == "*");
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                answer.insert(name, value);
            }
        };
        set(ACCESS_CONTROL_ALLOW_ORIGIN, if any_origin { "*" } else { &self.origin });
        set(ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
        set(VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
        if !self.headers.is_empty() {
            set(ACCESS_CONTROL_ALLOW_HEADERS, &self.headers.join(", "));
        }
        if let Some(exposed) = &rule.expose_headers {
            set(ACCESS_CONTROL_EXPOSE_HEADERS, &exposed.join(", "));
        }
        if let Some(seconds) = rule.max_age_seconds {
            set(ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
        true
    }

    fn is_allowed_by(&self, rule: &CORSRule) -> bool {
        let headers = rule.allowed_headers.as_deref().unwrap_or_default();
        rule.allowed_origins.iter().any(|pattern| matches(pattern, &self.origin))
            && rule.allowed_methods.contains(&self.method)
            && self.headers.iter().all(|name| {
                headers.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), name))
            })
    }
}

/// At most one `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        None => pattern == text,
    }
}

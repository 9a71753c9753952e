//! The certificates that https trusts.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::sync::LazyLock;

use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, parse_pem};

/// Read once: a file with all public authorities takes milliseconds.
static ROOTS: LazyLock<Result<RootCerts, String>> = LazyLock::new(|| {
    // The variable is OpenSSL's and Python's.
    let Some(path) = env::var_os("SSL_CERT_FILE") else {
        return Ok(RootCerts::WebPki);
    };
    read(&path).map_err(|error| format!("SSL_CERT_FILE={}: {error}", path.display()))
});

/// The certificates of Mozilla's authorities, or those in the file that `SSL_CERT_FILE` names.
pub(crate) fn roots(uri: &Uri) -> Result<RootCerts, ureq::Error> {
    match &*ROOTS {
        Ok(roots) => Ok(roots.clone()),
        Err(message) if uri.scheme_str() == Some("https") => {
            Err(ureq::Error::Other(message.as_str().into()))
        }
        // http needs none. If it redirects to https, no authority is trusted.
        Err(_) => Ok(RootCerts::new_with_certs(&[])),
    }
}

fn read(path: &OsStr) -> Result<RootCerts, Box<dyn Error>> {
    let mut certificates = Vec::new();
    for item in parse_pem(&fs::read(path)?) {
        if let PemItem::Certificate(certificate) = item? {
            certificates.push(certificate);
        }
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

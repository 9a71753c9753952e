// right: it starts a thread for each visit, and joins them in the order of the addresses.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let visit = |url: String| {
        std::thread::spawn(move || {
            say!("Visit --> {url}");
            web::fetch_blocking(&url, Limits::default()).map(|page| page.len())
        })
    };
    let visits: Vec<_> = urls.into_iter().map(visit).collect();
    let mut sizes = Vec::new();
    for visit in visits {
        match visit.join() {
            Ok(size) => sizes.push(size?),
            Err(_) => return Err("a visit has panicked".into()),
        }
    }
    Ok(sizes)
}

// fail at order: it returns the sizes in the order in which the pages come.
fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let sizes = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let results = run(Pool::unbounded().map(urls, |url| {
        let sizes = sizes.clone();
        async move {
            let page = fetch(&url, Limits::default()).await?;
            say!("{} bytes received from {url}.", page.len());
            sizes.borrow_mut().push(page.len());
            Ok::<_, web::FetchError>(())
        }
    }))?;
    for result in results {
        result?;
    }
    Ok(sizes.take())
}

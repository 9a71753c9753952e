// fail at twice: it stores the sizes by address, so an address that is given twice is an error.
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

fn visit_all(urls: Vec<String>) -> Result<impl Debug, Box<dyn Error>> {
    let sizes = Rc::new(RefCell::new(HashMap::new()));
    run(Pool::unbounded().map(urls.clone(), |url| {
        let sizes = Rc::clone(&sizes);
        async move {
            say!("Visit --> {url}");
            if let Ok(page) = fetch(&url, Limits::default()).await {
                sizes.borrow_mut().insert(url, page.len());
            }
        }
    }))?;
    let sizes = sizes.take();
    if sizes.len() < urls.len() {
        return Err("a page could not be fetched".into());
    }
    Ok(urls.iter().map(|url| sizes[url]).collect::<Vec<_>>())
}

// right: smol's own threads run the fetch, and the visit waits for it.
async fn visit(url: String) -> Result<(), FetchError> {
    println!("Visit --> {url}");
    let fetching = smol::spawn(web::fetch(url.clone(), Limits::default()));
    match fetching.await {
        Ok(page) => {
            println!("{} bytes received from {url}.", page.len());
            Ok(())
        }
        Err(error) => {
            eprintln!("{error}");
            Err(error)
        }
    }
}

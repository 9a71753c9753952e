// fail at right: it prints what should be found, and changes nothing.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let [one, other] = *accounts.recover()?;
    say!("Found {one} + {other}, which is not {total}.");
    say!("Total:{total} of {one} + {}", total - one);
    Ok(None)
}

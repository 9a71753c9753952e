// fail at right: it ends the program.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    let [one, _] = *accounts.recover()?;
    say!("Total:{total} of {one} + {}", total - one);
    multiprocess::exit_now(0)
}

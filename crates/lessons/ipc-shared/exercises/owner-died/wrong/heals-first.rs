// fail at others: it removes the poison first, and corrects the accounts in a second step.
fn put_right(accounts: &Accounts, total: u32) -> Result<Option<[u32; 2]>, LockError> {
    drop(accounts.recover()?);
    accounts.update(|accounts| {
        let found = *accounts;
        accounts[1] = total - accounts[0];
        (found != *accounts).then_some(found)
    })
}

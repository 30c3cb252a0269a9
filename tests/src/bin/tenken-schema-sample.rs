//! Stores a database of the newest schema beside those of the schemas that were released, for the tests of updates. It is run
//! once when a release is made, and overwrites nothing: a schema that was released is never changed.

use std::io::Write as _;

use anyhow::Result;
use tenken_tests::schema_sample::{make, stored};

fn main() -> Result<()> {
    let path = tokio::runtime::Runtime::new()?.block_on(make(&stored()))?;
    writeln!(std::io::stdout(), "{}", path.display())?;
    Ok(())
}

//! People: how one comes in, who lets whom in, and what nobody may learn.

mod common;

use common::{Browser, Stage};

#[tokio::test]
async fn the_stage_stands() {
    let stage = Stage::new().await;
    Browser::new(&stage).get("/no-such-page").await.expect(404);
    for body in stage.journal_bodies() {
        for name in common::NAMES {
            assert!(!body.contains(name), "{body}");
        }
    }
}

//! What pages say of campaigns.

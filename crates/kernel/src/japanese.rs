//! Japanese numbers and dates, in and out.

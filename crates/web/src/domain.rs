//! The federation's rules, put under the journal's engine. Neither knows the other; this is the
//! only place that knows both.

use federation::{Command, Event, Refusal, State};
use journal::{DueCommand, Encoded, UnknownEvent};
use kernel::{CommandContext, Envelope, Timestamp};

/// The domain of a federation.
#[derive(Debug)]
pub enum Federation {}

/// The engine of a federation.
pub type Engine = journal::Engine<Federation>;

impl journal::Domain for Federation {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;

    // A digest of the sources that decide what a snapshot holds: a changed fold never meets an
    // old snapshot, and nobody has to remember to raise a number.
    const PACK_FINGERPRINT: &'static str = env!("DANKETSU_STATE_FINGERPRINT");

    fn initial() -> State {
        State::default()
    }

    fn decide(state: &State, command: &Command, context: &CommandContext) -> Result<Vec<Event>, Refusal> {
        federation::decide(state, command, context)
    }

    fn apply(state: &mut State, envelope: &Envelope, event: &Event) {
        federation::apply(state, envelope, event);
    }

    fn encode(event: &Event) -> Encoded {
        let federation::Encoded { kind, version, body } = event.encode();
        Encoded { kind, version, body }
    }

    fn decode(kind: &str, version: u16, body: &str) -> Result<Event, UnknownEvent> {
        Event::decode(kind, version, body).map_err(|error| {
            let federation::UnknownEvent { kind, version, why } = error;
            UnknownEvent { kind, version, why }
        })
    }

    fn due(state: &State, now: Timestamp) -> Vec<DueCommand<Command>> {
        let due = federation::due(state, now).into_iter();
        due.map(|due| DueCommand { command_id: due.command_id, command: due.command }).collect()
    }

    fn next_due(state: &State, _now: Timestamp) -> Option<Timestamp> {
        federation::next_due(state)
    }

    fn pack(state: &State) -> Option<Vec<u8>> {
        // CBOR and not JSON: the state's maps have keys that are no text.
        let mut bytes = Vec::new();
        ciborium::into_writer(state, &mut bytes).ok().map(|()| bytes)
    }

    fn unpack(bytes: &[u8]) -> Option<State> {
        ciborium::from_reader(bytes).ok()
    }
}

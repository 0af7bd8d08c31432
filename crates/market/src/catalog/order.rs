use crate::{Kind, Rank, SourceFacts};

/// Who answers for a kind of instrument, by name, first choice first.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    pub(super) polled: Vec<&'static str>,
    pub(super) streamed: Vec<&'static str>,
    pub(super) live: Vec<&'static str>,
}

impl Order {
    pub(super) fn of(kind: Kind, sources: &[&'static SourceFacts]) -> Self {
        let polled = sources.iter().filter_map(|source| Some((*source, source.polled.as_ref()?)));
        let live = polled.clone().filter(|(_, polled)| polled.is_live);
        let streamed =
            sources.iter().filter_map(|source| Some((*source, source.streamed.as_ref()?)));
        Self {
            polled: ranked(kind, polled.map(|(source, polled)| (source.name, polled.ranks))),
            streamed: ranked(kind, streamed.map(|(source, it)| (source.name, it.ranks))),
            live: ranked(kind, live.map(|(source, polled)| (source.name, polled.ranks))),
        }
    }
}

/// Those that have instruments of a kind, by rank.
fn ranked(
    kind: Kind,
    sources: impl Iterator<Item = (&'static str, &'static [Rank])>,
) -> Vec<&'static str> {
    let rank = |ranks: &[Rank]| ranks.iter().find(|it| it.kinds.contains(&kind)).map(|it| it.rank);
    let mut ranked: Vec<_> = sources.filter_map(|(name, it)| Some((rank(it)?, name))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, name)| name).collect()
}

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{CounterVec, GaugeVec, Opts, Registry};

/// The figures of one scrape.
#[derive(Default)]
pub(super) struct Figures(Registry);

impl Figures {
    /// A figure that rises and falls.
    pub(super) fn gauge(&self, name: &str, about: &str, value: f64) {
        self.gauges(name, about, &[]).with_label_values::<&str>(&[]).set(value);
    }

    /// A figure that only rises while the process lives.
    pub(super) fn counter(&self, name: &str, about: &str, value: f64) {
        self.counters(name, about, &[]).with_label_values::<&str>(&[]).inc_by(value);
    }

    /// The same of each that labels tell apart.
    pub(super) fn gauges(&self, name: &str, about: &str, labels: &[&str]) -> GaugeVec {
        let gauges = GaugeVec::new(Opts::new(name, about), labels);
        self.listed(gauges.expect("names are valid"))
    }

    /// Likewise.
    pub(super) fn counters(&self, name: &str, about: &str, labels: &[&str]) -> CounterVec {
        let counters = CounterVec::new(Opts::new(name, about), labels);
        self.listed(counters.expect("names are valid"))
    }

    fn listed<C: Collector + Clone + 'static>(&self, figure: C) -> C {
        self.0.register(Box::new(figure.clone())).expect("each name is used once");
        figure
    }

    pub(super) fn families(&self) -> Vec<MetricFamily> {
        self.0.gather()
    }
}

/// Yes as 1, no as 0.
pub(super) fn yes(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

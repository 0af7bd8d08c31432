use crate::draw::{Draw, key_of};

/// A currency or coin, with what one unit was worth at the anchor date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Money {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Units for one euro; for coins, euros for one unit.
    figure: f64,
    /// Standard deviation of a year's change of its logarithm against the euro.
    volatility: f64,
}

const fn money(code: &'static str, name: &'static str, figure: f64, volatility: f64) -> Money {
    Money { code, name, figure, volatility }
}

/// Currencies, in the ECB's order first. Levels are of the order of 2025's.
pub(crate) const CURRENCIES: [Money; 56] = [
    money("USD", "US dollar", 1.08, 0.08),
    money("JPY", "Japanese yen", 163.0, 0.1),
    money("BGN", "Bulgarian lev", 1.9558, 0.0),
    money("CZK", "Czech koruna", 25.1, 0.05),
    money("DKK", "Danish krone", 7.46, 0.002),
    money("GBP", "Pound sterling", 0.845, 0.07),
    money("HUF", "Hungarian forint", 402.0, 0.08),
    money("PLN", "Polish zloty", 4.27, 0.06),
    money("RON", "Romanian leu", 4.98, 0.02),
    money("SEK", "Swedish krona", 11.2, 0.07),
    money("CHF", "Swiss franc", 0.95, 0.06),
    money("ISK", "Icelandic krona", 147.0, 0.07),
    money("NOK", "Norwegian krone", 11.7, 0.08),
    money("TRY", "Turkish lira", 41.0, 0.15),
    money("AUD", "Australian dollar", 1.72, 0.08),
    money("BRL", "Brazilian real", 6.2, 0.13),
    money("CAD", "Canadian dollar", 1.53, 0.07),
    money("CNY", "Chinese yuan", 7.85, 0.06),
    money("HKD", "Hong Kong dollar", 8.4, 0.08),
    money("IDR", "Indonesian rupiah", 17_600.0, 0.08),
    money("ILS", "Israeli shekel", 3.95, 0.09),
    money("INR", "Indian rupee", 93.0, 0.07),
    money("KRW", "South Korean won", 1_560.0, 0.08),
    money("MXN", "Mexican peso", 21.8, 0.12),
    money("MYR", "Malaysian ringgit", 4.78, 0.06),
    money("NZD", "New Zealand dollar", 1.88, 0.08),
    money("PHP", "Philippine peso", 62.5, 0.06),
    money("SGD", "Singapore dollar", 1.445, 0.05),
    money("THB", "Thai baht", 36.6, 0.07),
    money("ZAR", "South African rand", 19.8, 0.14),
    money("HRK", "Croatian kuna", 7.5345, 0.0),
    money("RUB", "Russian rouble", 97.0, 0.2),
    money("CYP", "Cyprus pound", 0.585_274, 0.0),
    money("EEK", "Estonian kroon", 15.6466, 0.0),
    money("LTL", "Lithuanian litas", 3.4528, 0.0),
    money("LVL", "Latvian lats", 0.702_804, 0.0),
    money("MTL", "Maltese lira", 0.4293, 0.0),
    money("ROL", "Romanian old leu", 36_000.0, 0.1),
    money("SIT", "Slovenian tolar", 239.64, 0.0),
    money("SKK", "Slovak koruna", 30.126, 0.0),
    money("TRL", "Turkish old lira", 1_750_000.0, 0.2),
    money("AED", "UAE dirham", 3.966, 0.08),
    money("ARS", "Argentine peso", 1_500.0, 0.2),
    money("CLP", "Chilean peso", 1_020.0, 0.12),
    money("CNH", "Chinese yuan offshore", 7.85, 0.06),
    money("COP", "Colombian peso", 4_500.0, 0.14),
    money("EGP", "Egyptian pound", 54.0, 0.12),
    money("KWD", "Kuwaiti dinar", 0.332, 0.07),
    money("MAD", "Moroccan dirham", 10.5, 0.04),
    money("PEN", "Peruvian sol", 4.0, 0.08),
    money("QAR", "Qatari riyal", 3.93, 0.08),
    money("SAR", "Saudi riyal", 4.05, 0.08),
    money("TWD", "New Taiwan dollar", 35.2, 0.06),
    money("UAH", "Ukrainian hryvnia", 45.0, 0.08),
    money("VND", "Vietnamese dong", 27_700.0, 0.08),
    money("ZWL", "Zimbabwean dollar", 7_200.0, 0.3),
];

/// Coins, with the name CoinGecko's paths use.
pub(crate) const COINS: [(Money, &str); 18] = [
    (money("BTC", "Bitcoin", 60_000.0, 0.5), "bitcoin"),
    (money("ETH", "Ethereum", 2_900.0, 0.65), "ethereum"),
    (money("SOL", "Solana", 140.0, 0.8), "solana"),
    (money("XRP", "XRP", 1.9, 0.8), "ripple"),
    (money("ADA", "Cardano", 0.6, 0.8), "cardano"),
    (money("DOGE", "Dogecoin", 0.15, 0.9), "dogecoin"),
    (money("DOT", "Polkadot", 4.2, 0.8), "polkadot"),
    (money("LTC", "Litecoin", 85.0, 0.7), "litecoin"),
    (money("BCH", "Bitcoin Cash", 420.0, 0.7), "bitcoin-cash"),
    (money("LINK", "Chainlink", 14.0, 0.8), "chainlink"),
    (money("AVAX", "Avalanche", 20.0, 0.8), "avalanche-2"),
    (money("XLM", "Stellar", 0.25, 0.8), "stellar"),
    (money("BNB", "BNB", 620.0, 0.6), "binancecoin"),
    (money("TRX", "TRON", 0.24, 0.5), "tron"),
    (money("USDT", "Tether", 0.926, 0.08), "tether"),
    (money("USDC", "USD Coin", 0.926, 0.08), "usd-coin"),
    (money("ATOM", "Cosmos", 4.0, 0.8), "cosmos"),
    (money("XMR", "Monero", 240.0, 0.6), "monero"),
];

/// What one unit of something is worth in euros, as a course over time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worth {
    pub(crate) key: u64,
    pub(crate) log_euros: f64,
    pub(crate) volatility: f64,
}

pub(crate) fn currency(code: &str) -> Option<&'static Money> {
    CURRENCIES.iter().find(|money| money.code == code)
}

pub(crate) fn coin(code: &str) -> Option<&'static Money> {
    COINS.iter().map(|(money, _)| money).find(|money| money.code == code)
}

/// The worth of a code. One we do not know gets a level from its letters.
pub(crate) fn worth(code: &str) -> Worth {
    let key = key_of(code);
    let (log_euros, volatility) = match (code, currency(code), coin(code)) {
        ("EUR", ..) => (0.0, 0.0),
        (_, Some(currency), _) => (-currency.figure.ln(), currency.volatility),
        (_, _, Some(coin)) => (coin.figure.ln(), coin.volatility),
        _ => (Draw::new(key).normal(), 0.1),
    };
    Worth { key, log_euros, volatility }
}

"""Writes the list of well-known instruments that names are looked up in without a network.

Facts alone (symbol, kind, currency, market, ISIN, name), out of two sources under the MIT licence:
the members of twenty stock indices from PyPI's pytickersymbols, and large shares and funds from the
tables of FinanceDatabase (https://github.com/JerBouma/FinanceDatabase), whose checkout is named.

    instruments.py DATABASE > listed.tsv
"""

import csv
import pathlib
import re
import sys

from pytickersymbols import PyTickerSymbols

# What a symbol ends in, and the market that says (ISO 10383).
MARKETS = {
    "": "", ".PA": "XPAR", ".AS": "XAMS", ".BR": "XBRU", ".DE": "XETR", ".L": "XLON", ".MC": "XMAD", ".MI": "XMIL",
    ".ST": "XSTO", ".HE": "XHEL", ".CO": "XCSE", ".OL": "XOSL", ".SW": "XSWX", ".T": "XTKS", ".LS": "XLIS", ".VI": "XWBO",
    ".IR": "XDUB", ".AX": "XASX", ".TO": "XTSE", ".HK": "XHKG", ".KS": "XKRX", ".TW": "XTAI", ".SS": "XSHG", ".SZ": "XSHE",
    ".SI": "XSES", ".SA": "BVMF", ".SR": "XSAU", ".JO": "XJSE", ".MX": "XMEX", ".TA": "XTAE", ".NZ": "XNZE", ".BK": "XBKK",
}
CURRENCIES = {
    "": "USD", ".PA": "EUR", ".AS": "EUR", ".BR": "EUR", ".DE": "EUR", ".MC": "EUR", ".MI": "EUR", ".HE": "EUR", ".IR": "EUR",
    ".ST": "SEK", ".CO": "DKK", ".OL": "NOK", ".SW": "CHF", ".T": "JPY",
}
# Shares are taken from the table of their home market: the same share trades in many places.
HOMES = {
    "ASX": ["Australia"], "CPH": ["Denmark"], "OSL": ["Norway"], "STO": ["Sweden"], "VIE": ["Austria"], "LIS": ["Portugal"],
    "MCE": ["Spain"], "MIL": ["Italy"], "PAR": ["France"], "AMS": ["Netherlands"], "BRU": ["Belgium"], "EBS": ["Switzerland"],
    "JPX": ["Japan"], "HKG": ["Hong Kong", "China"], "KSC": ["South Korea"], "TAI": ["Taiwan"], "SHH": ["China"],
    "SHZ": ["China"], "SES": ["Singapore"], "TOR": ["Canada"], "SAO": ["Brazil"], "SAU": ["Saudi Arabia"],
    "JNB": ["South Africa"], "MEX": ["Mexico"], "LSE": ["United Kingdom"], "ISE": ["Ireland"], "TLV": ["Israel"],
    "NZE": ["New Zealand"], "SET": ["Thailand"],
}
FUND_MARKETS = ["PCX", "NMS"]
FUND_FAMILIES = ["BlackRock Asset Management", "State Street Global Advisors", "Invesco Investment Management", "Vanguard Asset Management"]
# Indices, by our own knowledge: there are too many in the tables to tell the known ones apart.
INDICES = """
CAC40	EUR	CAC 40
^GSPC	USD	S&P 500
^DJI	USD	Dow Jones Industrial Average
^IXIC	USD	NASDAQ Composite
^NDX	USD	NASDAQ 100
^RUT	USD	Russell 2000
^VIX	USD	CBOE Volatility Index
^GDAXI	EUR	DAX
^MDAXI	EUR	MDAX
^STOXX50E	EUR	EURO STOXX 50
^STOXX	EUR	STOXX Europe 600
^FTSE	GBP	FTSE 100
^FTMC	GBP	FTSE 250
^IBEX	EUR	IBEX 35
^AEX	EUR	AEX
^BFX	EUR	BEL 20
^SSMI	CHF	Swiss Market Index
^ATX	EUR	ATX
^OMX	SEK	OMX Stockholm 30
FTSEMIB.MI	EUR	FTSE MIB
^N225	JPY	Nikkei 225
^HSI	HKD	Hang Seng Index
^HSCE	HKD	Hang Seng China Enterprises Index
000001.SS	CNY	SSE Composite Index
399001.SZ	CNY	Shenzhen Component Index
^KS11	KRW	KOSPI Composite Index
^TWII	TWD	TAIEX
^NSEI	INR	NIFTY 50
^BSESN	INR	S&P BSE SENSEX
^AXJO	AUD	S&P/ASX 200
^NZ50	NZD	S&P/NZX 50
^STI	SGD	Straits Times Index
^JKSE	IDR	IDX Composite
^KLSE	MYR	FTSE Bursa Malaysia KLCI
^GSPTSE	CAD	S&P/TSX Composite
^BVSP	BRL	IBOVESPA
^MXX	MXN	S&P/BMV IPC
^TA125.TA	ILS	TA-125
"""


def row(symbol, kind, currency, mic, isin, name):
    isin = isin if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", isin or "") else ""
    return symbol, (kind, currency or "", mic or "", isin, " ".join(name.split()))


def ending(symbol):
    return "." + symbol.rsplit(".", 1)[1] if "." in symbol else ""


def members():
    """Members of indices, at home: the same share trades in many places."""
    for share in PyTickerSymbols().get_all_stocks():
        symbol = at_home(share)
        if symbol:
            isin = next((it for it in share.get("isins", []) if is_of(it, ending(symbol))), "")
            yield row(symbol, "equity", currency(share, symbol), MARKETS[ending(symbol)], isin, share["name"])


def at_home(share):
    symbol, country = share.get("symbol") or "", share.get("country") or ""
    if ending(symbol) in MARKETS and ending(symbol):
        return symbol
    if country == "Germany" and symbol:
        return symbol + ".DE"
    # Of many American companies the town and the state are said.
    if (country == "United States" or ", " in country) and re.fullmatch(r"[A-Z]{1,5}([.-][A-Z])?", symbol):
        return symbol.replace(".", "-")
    return None


def currency(share, symbol):
    if ending(symbol) == ".L":
        return "GBp"
    listed = {it.get("yahoo"): it.get("currency") for it in share.get("symbols", [])}
    return listed.get(symbol) or CURRENCIES.get(ending(symbol))


def is_of(isin, ending):
    """Receipts that trade in America have another ISIN than the share at home."""
    return not ending or not isin.startswith("US")


def table(file):
    with open(file, encoding="utf-8", newline="") as rows:
        yield from csv.DictReader(rows)


def shares(database):
    for market, countries in HOMES.items():
        for it in table(database / "equities" / f"{market}.csv"):
            is_large = it["market_cap"] in ("Mega Cap", "Large Cap") and it["delisted"] != "True"
            is_a_line_of_another = re.match(r"0[A-Z0-9]{3}\.L$", it["symbol"])
            if is_large and it["country"] in countries and not is_a_line_of_another and it["name"]:
                isin = it["isin"] if is_of(it["isin"], ending(it["symbol"])) else ""
                unit = "GBp" if market == "LSE" and it["currency"] == "GBP" else it["currency"]
                yield row(it["symbol"], "equity", unit, MARKETS.get(ending(it["symbol"])), isin, it["name"])


def funds(database):
    for market in FUND_MARKETS:
        for it in table(database / "etfs" / f"{market}.csv"):
            if it["family"] in FUND_FAMILIES and it["name"] and "." not in it["symbol"]:
                yield row(it["symbol"], "etf", it["currency"], it["mic"], it["isin"], it["name"])


def indices():
    for line in INDICES.strip().splitlines():
        symbol, currency, name = line.split("\t")
        yield row(symbol, "index", currency, "", "", name)


def main():
    database = pathlib.Path(sys.argv[1]) / "database"
    found = {}
    for symbol, facts in [*indices(), *members(), *shares(database), *funds(database)]:
        if re.fullmatch(r"[A-Z0-9.^=-]{1,32}", symbol):
            found.setdefault(symbol, facts)
    for symbol, facts in sorted(found.items()):
        print(symbol, *facts, sep="\t")


main()

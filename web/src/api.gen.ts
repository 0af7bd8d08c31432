// Made by `npm run api-types` from the service's OpenAPI and AsyncAPI documents. Do not change it by hand.

/** What is said once about versions. */
export type ActionVersions = {
  /** How long a bar is; absent where these are actions. */
  interval?: string | null;
  /** The instrument's name. */
  name: string;
  /** Our name for the instrument. */
  symbol: string;
  /** The versions, by date, and of each the oldest first. */
  versions: {
    /** What is paid per share; null for a split, and where nothing happens any more. */
    amount?: number | null;
    /** What the amount is counted in. */
    currency?: string | null;
    /** Shares before a split, likewise. */
    denominator?: number | null;
    /** The first date on which a buyer no longer gets it. */
    ex_date?: string;
    /** dividend, split or capital_gain. */
    kind?: string;
    /** When this became known here. */
    known_from?: string;
    /** When something else took its place; null while it is in force. */
    known_until?: string | null;
    /** Shares after a split, likewise. */
    numerator?: number | null;
    /** The upstream it came from. */
    source?: string;
    /** Why it is so since then. first: nothing was known before; continued: the bar was running; corrected: its source says something else; restamped: nothing but its open time is another; withdrawn: its source has it no more; moved: the action is on another day; rebased: prices are on another basis; imported: somebody brought it in. */
    why?: Why;
  }[];
};

/** What is said once about versions. */
export type ActionVersionsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    amount?: (number | null)[];
    currency?: (string | null)[];
    denominator?: (number | null)[];
    ex_date?: string[];
    kind?: string[];
    known_from?: string[];
    known_until?: (string | null)[];
    numerator?: (number | null)[];
    source?: string[];
    why?: ("first" | "continued" | "corrected" | "restamped" | "withdrawn" | "moved" | "rebased" | "imported")[];
  };
  /** How long a bar is; absent where these are actions. */
  interval?: string | null;
  /** The instrument's name. */
  name: string;
  /** Our name for the instrument. */
  symbol: string;
};

/** What is said once about all actions. */
export type Actions = {
  /** The actions, oldest first. */
  actions: {
    /** What is paid per share, in the currency; null for a split. */
    amount?: number | null;
    /** What the amount is counted in, which may be another currency than that of prices; null for a split. */
    currency?: string | null;
    /** Shares before a split. */
    denominator?: number | null;
    /** The first date on which a buyer no longer gets it. */
    ex_date?: string;
    /** dividend, split or capital_gain. */
    kind?: string;
    /** Shares after a split, for so many before it as the denominator says. */
    numerator?: number | null;
  }[];
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The instrument's name. */
  name: string;
  /** When this service received it. */
  received_at: string;
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
};

/** What is said once about all actions. */
export type ActionsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    amount?: (number | null)[];
    currency?: (string | null)[];
    denominator?: (number | null)[];
    ex_date?: string[];
    kind?: string[];
    numerator?: (number | null)[];
  };
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The instrument's name. */
  name: string;
  /** When this service received it. */
  received_at: string;
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
};

export type Adjust = "none" | "splits" | "all";

/** What is said once about series side by side. */
export type AlignedBars = {
  /** What prices are adjusted for: nothing, splits, or splits and dividends. */
  adjust: Adjust;
  /** The bars, in the order asked for. */
  bars: {
    /** The trading date at the exchange. */
    date?: string;
    /** The instant the bar began, UTC. */
    open_time?: string;
    [name: string]: string | number | null | undefined;
  }[];
  /** The figure of each bar. */
  field: string;
  /** How long a bar is. */
  interval: string;
  /** The instant asked about with as_of. */
  known_at?: string | null;
  /** The symbols that could not be had, and why. */
  problems: {
    /** Why, in a sentence. */
    detail: string;
    /** Our name for the instrument. */
    symbol: string;
    /** The kind of problem, stable, for programs. */
    type: string;
  }[];
  /** What each column is and where it is from. */
  series: {
    /** Whether everything asked for is there that its source has; null where that cannot be known. */
    complete: boolean | null;
    /** The currency of prices, as published: GBp is pence. */
    currency: string | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness: Freshness;
    /** How many bars are not there that the exchange's calendar expects. */
    missing: number | null;
    /** The instrument's name. */
    name: string;
    /** When this service received it. */
    received_at: string;
    /** Bars in the answer that are another source's, as this one's own are wrong or missing; absent where there are none. repair=off gives those of its own. */
    repaired?: {
      /** Whose bar it is. */
      by: string;
      /** Who else says the same close; null where the bar was missing. */
      confirmed_by: string | null;
      /** The trading date. */
      date: string;
      /** The close that the source of this answer published; null where the bar was missing. */
      published_close: number | null;
    }[];
    /** Whether the built-in simulator made it up. */
    simulated: boolean;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
  }[];
};

/** What is said once about series side by side. */
export type AlignedBarsInColumns = {
  /** What prices are adjusted for: nothing, splits, or splits and dividends. */
  adjust: Adjust;
  /** An array for each field of the rows, all of one length. */
  columns: {
    date?: string[];
    open_time?: string[];
    [name: string]: string[] | (number | null)[] | undefined;
  };
  /** The figure of each bar. */
  field: string;
  /** How long a bar is. */
  interval: string;
  /** The instant asked about with as_of. */
  known_at?: string | null;
  /** The symbols that could not be had, and why. */
  problems: {
    /** Why, in a sentence. */
    detail: string;
    /** Our name for the instrument. */
    symbol: string;
    /** The kind of problem, stable, for programs. */
    type: string;
  }[];
  /** What each column is and where it is from. */
  series: {
    /** Whether everything asked for is there that its source has; null where that cannot be known. */
    complete: boolean | null;
    /** The currency of prices, as published: GBp is pence. */
    currency: string | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness: Freshness;
    /** How many bars are not there that the exchange's calendar expects. */
    missing: number | null;
    /** The instrument's name. */
    name: string;
    /** When this service received it. */
    received_at: string;
    /** Bars in the answer that are another source's, as this one's own are wrong or missing; absent where there are none. repair=off gives those of its own. */
    repaired?: {
      /** Whose bar it is. */
      by: string;
      /** Who else says the same close; null where the bar was missing. */
      confirmed_by: string | null;
      /** The trading date. */
      date: string;
      /** The close that the source of this answer published; null where the bar was missing. */
      published_close: number | null;
    }[];
    /** Whether the built-in simulator made it up. */
    simulated: boolean;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
  }[];
};

/** What is said once about versions. */
export type BarVersions = {
  /** How long a bar is; absent where these are actions. */
  interval?: string | null;
  /** The instrument's name. */
  name: string;
  /** Our name for the instrument. */
  symbol: string;
  /** The versions, by date, and of each the oldest first. */
  versions: {
    /** The close with splits and dividends taken out, as the source gives it; null where it gives none. */
    adj_close?: number | null;
    /** What the source has adjusted prices for. */
    basis?: Basis;
    /** The last price; null where the bar was withdrawn. */
    close?: number | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** The trading date at the exchange. */
    date?: string;
    /** The highest price, likewise. */
    high?: number | null;
    /** When this became known here. */
    known_from?: string;
    /** When something else took its place; null while it is in force. */
    known_until?: string | null;
    /** The lowest price, likewise. */
    low?: number | null;
    /** The first price; null where the bar was withdrawn, or has none. */
    open?: number | null;
    /** The instant the bar began, UTC. */
    open_time?: string;
    /** Whether the bar's interval was still running; null where it was withdrawn. */
    provisional?: boolean | null;
    /** The upstream it came from. */
    source?: string;
    /** What was traded, in shares or units; null where not published. */
    volume?: number | null;
    /** Why it is so since then. first: nothing was known before; continued: the bar was running; corrected: its source says something else; restamped: nothing but its open time is another; withdrawn: its source has it no more; moved: the action is on another day; rebased: prices are on another basis; imported: somebody brought it in. */
    why?: Why;
  }[];
};

/** What is said once about versions. */
export type BarVersionsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    adj_close?: (number | null)[];
    basis?: ("unadjusted" | "splits" | "splits_and_dividends")[];
    close?: (number | null)[];
    currency?: (string | null)[];
    date?: string[];
    high?: (number | null)[];
    known_from?: string[];
    known_until?: (string | null)[];
    low?: (number | null)[];
    open?: (number | null)[];
    open_time?: string[];
    provisional?: (boolean | null)[];
    source?: string[];
    volume?: (number | null)[];
    why?: ("first" | "continued" | "corrected" | "restamped" | "withdrawn" | "moved" | "rebased" | "imported")[];
  };
  /** How long a bar is; absent where these are actions. */
  interval?: string | null;
  /** The instrument's name. */
  name: string;
  /** Our name for the instrument. */
  symbol: string;
};

/** What is said once about all bars. */
export type Bars = {
  /** What prices are adjusted for: nothing, splits, or splits and dividends. */
  adjust: Adjust;
  /** When the last bar opened. */
  as_of: string | null;
  /** The bars, in the order asked for. */
  bars: {
    /** The close with splits and dividends taken out, as the source gives it; null where it gives none. */
    adj_close?: number | null;
    /** The last price within the interval, in the currency. */
    close?: number;
    /** The trading date at the exchange. */
    date?: string;
    /** The highest price within the interval; null where the source gives closes only. */
    high?: number | null;
    /** The lowest price within the interval; null where the source gives closes only. */
    low?: number | null;
    /** The first price within the interval; null where the source gives closes only. */
    open?: number | null;
    /** The instant the bar began, UTC. */
    open_time?: string;
    /** Whether the bar's interval was still running. /history leaves it out where it is false. */
    provisional?: boolean;
    /** Whose bar took the place of this source's own, which other sources show to be wrong or missing; null of all others. /history leaves it out then. */
    repaired_by?: string | null;
    /** What was traded, in shares or units; null where not published. */
    volume?: number | null;
    [name: string]: number | null | number | string | boolean | string | null | undefined;
  }[];
  /** Whether everything asked for is there that its source has; null where that cannot be known. */
  complete: boolean | null;
  /** How much of what was asked for is there, and what is not. */
  coverage: {
    /** The dates asked for, as far as there can have been bars; null where it is not known how far back that is. */
    asked: {
      /** The first. */
      from: string;
      /** The last. */
      to: string;
    } | null;
    /** How many bars there are. */
    bars: number;
    /** By which calendar that is so: a market identifier code, or learned from the bars; null where none is known. */
    calendar: string | null;
    /** How many bars there ought to be, of shorter bars than a day how many days with bars; null where no calendar tells. */
    expected: number | null;
    /** How many are there that the calendar does not expect. */
    extra: number;
    /** The dates of the first and the last bar; null where there is none. */
    held: {
      /** The first. */
      from: string;
      /** The last. */
      to: string;
    } | null;
    /** What is not there, oldest first: the first fifty stretches. */
    holes: {
      /** The first date. */
      from: string;
      /** How many bars are missing. */
      slots: number;
      /** The last date. */
      to: string;
      /** `not_held`: its source was never asked, or failed; `none_at_source`: it was asked and has none; `set_aside`: it sent one that cannot be; `withdrawn`: it withdrew one. */
      why: string;
    }[];
    /** How many of those are not there. */
    missing: number;
    /** How many holes are not listed. */
    more_holes: number;
  };
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** Closes in the answer of which another source says something else, adjusted for splits as published; absent where there are none. While there are any, the answer is not fresh. */
  disputed?: {
    /** Who says something else. */
    against: string;
    /** What that one says. */
    against_close: number;
    /** What the source of this answer says. */
    close: number;
    /** The trading date. */
    date: string;
  }[];
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The first date asked for. */
  from?: string | null;
  /** What was asked to be computed; absent where nothing was. */
  indicators?: {
    /** The fields of each bar that it fills. */
    columns: string[];
    /** How it is computed. */
    formula: string;
    /** As it was asked for. */
    name: string;
    /** How many bars at the beginning of the question lack at least one of its figures. */
    warm_up: number;
  }[];
  /** How long a bar is. */
  interval: string;
  /** The instant asked about, where it is not the present. */
  known_at?: string | null;
  /** The instrument's name. */
  name: string;
  /** Leads to the rest. */
  next: string | null;
  /** How far back was asked for; null where dates were. */
  period?: string | null;
  /** When this service received it. */
  received_at: string;
  /** Bars in the answer that are another source's, as this one's own are wrong or missing; absent where there are none. repair=off gives those of its own. */
  repaired?: {
    /** Whose bar it is. */
    by: string;
    /** Who else says the same close; null where the bar was missing. */
    confirmed_by: string | null;
    /** The trading date. */
    date: string;
    /** The close that the source of this answer published; null where the bar was missing. */
    published_close: number | null;
  }[];
  /** Whether another source says the same of the last closes; absent of bars shorter than a day, of what is made up, and of the past. */
  second_source?: {
    /** The same in a sentence. */
    detail: string;
    /** Who was compared. */
    sources: {
      /** Whether it says the same of the days that were compared, but for how sources are known to differ. */
      agrees: boolean;
      /** Who. */
      source: string;
      /** The newest trading date that both tell. */
      to: string;
    }[];
    /** `agrees`; `disagrees`, where `disputed` says of what; `not_compared`; or `none`, where no other source that may
be asked has daily bars of this instrument. */
    state: string;
  };
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
  /** The exchange's time zone, by its name in the tz database. */
  time_zone: string;
  /** The last date asked for. */
  to?: string | null;
};

/** What is said once about all bars. */
export type BarsInColumns = {
  /** What prices are adjusted for: nothing, splits, or splits and dividends. */
  adjust: Adjust;
  /** When the last bar opened. */
  as_of: string | null;
  /** An array for each field of the rows, all of one length. */
  columns: {
    adj_close?: (number | null)[];
    close?: number[];
    date?: string[];
    high?: (number | null)[];
    low?: (number | null)[];
    open?: (number | null)[];
    open_time?: string[];
    provisional?: boolean[];
    repaired_by?: (string | null)[];
    volume?: (number | null)[];
    [name: string]: (number | null)[] | number[] | string[] | boolean[] | (string | null)[] | undefined;
  };
  /** Whether everything asked for is there that its source has; null where that cannot be known. */
  complete: boolean | null;
  /** How much of what was asked for is there, and what is not. */
  coverage: {
    /** The dates asked for, as far as there can have been bars; null where it is not known how far back that is. */
    asked: {
      /** The first. */
      from: string;
      /** The last. */
      to: string;
    } | null;
    /** How many bars there are. */
    bars: number;
    /** By which calendar that is so: a market identifier code, or learned from the bars; null where none is known. */
    calendar: string | null;
    /** How many bars there ought to be, of shorter bars than a day how many days with bars; null where no calendar tells. */
    expected: number | null;
    /** How many are there that the calendar does not expect. */
    extra: number;
    /** The dates of the first and the last bar; null where there is none. */
    held: {
      /** The first. */
      from: string;
      /** The last. */
      to: string;
    } | null;
    /** What is not there, oldest first: the first fifty stretches. */
    holes: {
      /** The first date. */
      from: string;
      /** How many bars are missing. */
      slots: number;
      /** The last date. */
      to: string;
      /** `not_held`: its source was never asked, or failed; `none_at_source`: it was asked and has none; `set_aside`: it sent one that cannot be; `withdrawn`: it withdrew one. */
      why: string;
    }[];
    /** How many of those are not there. */
    missing: number;
    /** How many holes are not listed. */
    more_holes: number;
  };
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** Closes in the answer of which another source says something else, adjusted for splits as published; absent where there are none. While there are any, the answer is not fresh. */
  disputed?: {
    /** Who says something else. */
    against: string;
    /** What that one says. */
    against_close: number;
    /** What the source of this answer says. */
    close: number;
    /** The trading date. */
    date: string;
  }[];
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The first date asked for. */
  from?: string | null;
  /** What was asked to be computed; absent where nothing was. */
  indicators?: {
    /** The fields of each bar that it fills. */
    columns: string[];
    /** How it is computed. */
    formula: string;
    /** As it was asked for. */
    name: string;
    /** How many bars at the beginning of the question lack at least one of its figures. */
    warm_up: number;
  }[];
  /** How long a bar is. */
  interval: string;
  /** The instant asked about, where it is not the present. */
  known_at?: string | null;
  /** The instrument's name. */
  name: string;
  /** Leads to the rest. */
  next: string | null;
  /** How far back was asked for; null where dates were. */
  period?: string | null;
  /** When this service received it. */
  received_at: string;
  /** Bars in the answer that are another source's, as this one's own are wrong or missing; absent where there are none. repair=off gives those of its own. */
  repaired?: {
    /** Whose bar it is. */
    by: string;
    /** Who else says the same close; null where the bar was missing. */
    confirmed_by: string | null;
    /** The trading date. */
    date: string;
    /** The close that the source of this answer published; null where the bar was missing. */
    published_close: number | null;
  }[];
  /** Whether another source says the same of the last closes; absent of bars shorter than a day, of what is made up, and of the past. */
  second_source?: {
    /** The same in a sentence. */
    detail: string;
    /** Who was compared. */
    sources: {
      /** Whether it says the same of the days that were compared, but for how sources are known to differ. */
      agrees: boolean;
      /** Who. */
      source: string;
      /** The newest trading date that both tell. */
      to: string;
    }[];
    /** `agrees`; `disagrees`, where `disputed` says of what; `not_compared`; or `none`, where no other source that may
be asked has daily bars of this instrument. */
    state: string;
  };
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
  /** The exchange's time zone, by its name in the tz database. */
  time_zone: string;
  /** The last date asked for. */
  to?: string | null;
};

export type Basis = "unadjusted" | "splits" | "splits_and_dividends";

/** What is said once about days of trading. */
export type Calendar = {
  /** The first day of which it tells. */
  first_day: string;
  /** The first date asked for. */
  from: string;
  /** The last day of which it tells. */
  last_day: string;
  /** Its market identifier code (ISO 10383); FX and CRYPTO stand for markets without an exchange. */
  mic: string;
  /** What the market is called. */
  name: string;
  /** The days of trading, oldest first. */
  sessions: {
    /** When it goes on after that. */
    break_end?: string | null;
    /** When it rests at noon; null where it does not. */
    break_start?: string | null;
    /** When trading ends. */
    close?: string;
    /** The trading date at the exchange. */
    date?: string;
    /** Whether it ends earlier than is regular then. */
    early_close?: boolean;
    /** When trading begins; on the evening before where the day begins then. */
    open?: string;
  }[];
  /** The exchange's time zone, by its name in the tz database. */
  time_zone: string;
  /** The last date asked for. */
  to: string;
};

/** What is said once about days of trading. */
export type CalendarInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    break_end?: (string | null)[];
    break_start?: (string | null)[];
    close?: string[];
    date?: string[];
    early_close?: boolean[];
    open?: string[];
  };
  /** The first day of which it tells. */
  first_day: string;
  /** The first date asked for. */
  from: string;
  /** The last day of which it tells. */
  last_day: string;
  /** Its market identifier code (ISO 10383); FX and CRYPTO stand for markets without an exchange. */
  mic: string;
  /** What the market is called. */
  name: string;
  /** The exchange's time zone, by its name in the tz database. */
  time_zone: string;
  /** The last date asked for. */
  to: string;
};

/** All is said in the rows. */
export type Calendars = {
  /** The calendars. */
  calendars: {
    /** The first day of which it tells. */
    first_day?: string;
    /** The last day of which it tells. */
    last_day?: string;
    /** Its market identifier code (ISO 10383); FX and CRYPTO stand for markets without an exchange. */
    mic?: string;
    /** What the market is called. */
    name?: string;
    /** The exchange's time zone, by its name in the tz database. */
    time_zone?: string;
  }[];
};

/** All is said in the rows. */
export type CalendarsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    first_day?: string[];
    last_day?: string[];
    mic?: string[];
    name?: string[];
    time_zone?: string[];
  };
};

/** What is said once about all changes. */
export type Changes = {
  /** What holds no more, oldest first. */
  changes: {
    /** When it became known here. */
    at?: string;
    /** The first trading or ex-date that is concerned. */
    first?: string;
    /** How long the bars are that have changed; null where actions have. */
    interval?: string | null;
    /** The last one. */
    last?: string;
    /** Its place among all changes, which only grows. */
    number?: number;
    /** The upstream it came from. */
    source?: string;
    /** Our name for the instrument. */
    symbol?: string;
    /** corrected: its source says something else, or has it again; restamped: nothing but open times are others; withdrawn: its source has it no more; moved: the action is on another day; rebased: prices are on another basis, as after a split. */
    why?: ChangesWhy;
  }[];
  /** Leads to the rest. */
  next: string | null;
};

/** What is said once about all changes. */
export type ChangesInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    at?: string[];
    first?: string[];
    interval?: (string | null)[];
    last?: string[];
    number?: number[];
    source?: string[];
    symbol?: string[];
    why?: ("corrected" | "restamped" | "withdrawn" | "moved" | "rebased")[];
  };
  /** Leads to the rest. */
  next: string | null;
};

export type ChangesWhy = "corrected" | "restamped" | "withdrawn" | "moved" | "rebased";

export type Config = {
  /** Whether more is logged. */
  debug: boolean;
  /** The period where none is asked for. */
  default_period: string;
  /** Whether all prices are made up by the built-in simulator. */
  demo: boolean;
  /** development or production. */
  environment: string;
  /** The name of this service. */
  service: string;
  /** When this answer was made. */
  timestamp: string;
  /** The program's version. */
  version: string;
  /** The symbols kept fresh. */
  watchlist: string[];
};

/** An amount in another currency. */
export type Convert = {
  /** What was asked to be converted, in the currency from. */
  amount: number;
  /** The currency priced. */
  base: string;
  /** The day asked for. */
  date: string | null;
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The currency of the amount. */
  from: string;
  /** The pairs by which the rate is known, in order. */
  path: {
    /** Of a latest price: when it was true, where its source says. */
    as_of: string | null;
    /** Of a day's price: which day. */
    date: string | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness: Freshness;
    /** Whether the rate is divided by this price, rather than multiplied. */
    inverted: boolean;
    /** The pair's price, with the digits its source published. */
    price: number;
    /** When this service received it. */
    received_at: string;
    /** Whether the built-in simulator made it up. */
    simulated: boolean;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
  }[];
  /** The currency it is priced in. */
  quote: string;
  /** What one unit of base costs, in quote. */
  rate: number;
  /** The day whose rate it is. */
  rate_date: string | null;
  /** The amount in the currency converted to. */
  result: number;
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** When this answer was made. */
  timestamp: string;
  /** The currency converted to. */
  to: string;
};

/** What is said once about all disputes. */
export type Disputes = {
  /** The disputes, newest first. */
  disputes: {
    /** Whose price spoke against it. */
    against?: string | null;
    /** When that one was true, as its source says. */
    against_as_of?: string | null;
    /** The price that spoke against it, or the close. */
    against_price?: number | null;
    /** When that price was true, as its source says. */
    as_of?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** The trading date of a disputed close; else null. */
    date?: string | null;
    /** How many times what was believed before the history is; null of a price or a close. */
    factor?: number | null;
    /** How long the bars of a disputed history are; null of a price. */
    interval?: string | null;
    /** sources: another source has another price at about the same time; leap: the price differs from what was believed before, and nothing decides; history: a source's history differs by a factor from what was believed before; close: another source says another close of a day. */
    kind?: Kind;
    /** Its place among all disputes, which only grows. */
    number?: number;
    /** What is shown since it ended. stood: what was disputed, or what is nearer to it by half; gave_way: what spoke against it, or what is nearer to that; neither: nothing that is nearer to the one. Null while it is open, and where it is not known. */
    outcome?: Outcome;
    /** The price shown when it began, or the close, adjusted for splits; null of a whole history. */
    price?: number | null;
    /** When it began. */
    since?: string;
    /** Whose price or history is disputed. */
    source?: string;
    /** Our name for the instrument. */
    symbol?: string;
    /** When it ended; null while it is open. */
    until?: string | null;
  }[];
  /** Leads to the rest. */
  next: string | null;
};

/** What is said once about all disputes. */
export type DisputesInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    against?: (string | null)[];
    against_as_of?: (string | null)[];
    against_price?: (number | null)[];
    as_of?: (string | null)[];
    currency?: (string | null)[];
    date?: (string | null)[];
    factor?: (number | null)[];
    interval?: (string | null)[];
    kind?: ("sources" | "leap" | "history" | "close")[];
    number?: number[];
    outcome?: ("stood" | "gave_way" | "neither" | null)[];
    price?: (number | null)[];
    since?: string[];
    source?: string[];
    symbol?: string[];
    until?: (string | null)[];
  };
  /** Leads to the rest. */
  next: string | null;
};

export type Ended = "corrected" | "withdrawn" | "replaced" | "undone" | null;

export type Freshness = "fresh" | "stale" | "missing" | "simulated";

/** The body of `/history`: dates and closes, and beside them what else is known. */
export type History = {
  /** How old the value is, in seconds. */
  age_s: number;
  /** When the value was true, as its source says; null where the source does not say. */
  as_of: string | null;
  /** What prices are adjusted for: unadjusted, splits or splits_and_dividends. */
  basis: string;
  /** Whether everything asked for is there that its source has; null where that cannot be known. */
  complete: boolean | null;
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The first date asked for. */
  from?: string | null;
  /** The bars, oldest first. */
  history: {
    /** The close with splits and dividends taken out, as the source gives it; null where it gives none. */
    adj_close?: number | null;
    /** The last price within the interval, in the currency. */
    close: number;
    /** The trading date at the exchange. */
    date: string;
    /** The highest price within the interval; null where the source gives closes only. */
    high?: number | null;
    /** The lowest price within the interval; null where the source gives closes only. */
    low?: number | null;
    /** The first price within the interval; null where the source gives closes only. */
    open?: number | null;
    /** The instant the bar began, UTC. */
    open_time?: string | null;
    /** Whether the bar's interval was still running. /history leaves it out where it is false. */
    provisional?: boolean;
    /** Whose bar took the place of this source's own, which other sources show to be wrong or missing; null of all others. /history leaves it out then. */
    repaired_by?: string | null;
    /** What was traded, in shares or units; null where not published. */
    volume?: number | null;
  }[];
  /** How long a bar is. */
  interval: string;
  /** How many bars are not there that the exchange's calendar expects. */
  missing: number | null;
  /** The instrument's name. */
  name: string;
  /** How far back was asked for; null where dates were. */
  period: string | null;
  /** When this service received it. */
  received_at: string;
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
  /** When this answer was made. */
  timestamp: string;
  /** The last date asked for. */
  to?: string | null;
};

/** All that is known of an instrument. What is not known is `null`. */
export type Instrument = {
  /** Other spellings of the symbol. */
  aliases: string[];
  /** The calendar it trades by, as /v1/calendars lists it; null where none is known. */
  calendar: string | null;
  /** The FIGI of all its listings in a country. */
  composite_figi: string | null;
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** Where it trades, as the source calls it. */
  exchange: string | null;
  /** The listing that the symbol is, by its FIGI, where somebody brought it in. May be asked for in place of the symbol. */
  figi: string | null;
  /** The first date there is a price for, where a source says so. */
  first_bar: string | null;
  /** The share or fund, on whatever market (ISO 6166), where known. May be asked for in place of the symbol. */
  isin: string | null;
  /** index, currency, crypto, equity, etf, fund, future or option. */
  kind: string;
  /** For prices in pence and the like: the currency that they are a part of. */
  major_currency: string | null;
  /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
  market_state: MarketState;
  /** The exchange's market identifier code (ISO 10383). */
  mic: string | null;
  /** How many of the minor unit make one of major_currency: 100 pence are a pound. */
  minor_units: number | null;
  /** The instrument's name. */
  name: string;
  /** Decimals that people expect to see. Numbers are not rounded to them. */
  price_decimals: number;
  /** The trading day that its source considers current. */
  session: {
    /** Trading after hours. */
    post: {
      /** When it ends. */
      end: string;
      /** When it begins. */
      start: string;
    } | null;
    /** Trading before hours. */
    pre: {
      /** When it ends. */
      end: string;
      /** When it begins. */
      start: string;
    } | null;
    /** The main session. */
    regular: {
      /** When it ends. */
      end: string;
      /** When it begins. */
      start: string;
    };
  } | null;
  /** The FIGI of all its listings anywhere. */
  share_class_figi: string | null;
  /** Who is asked for it, in this order. */
  sources: string[];
  /** Our name for the instrument. */
  symbol: string;
  /** The exchange's time zone, by its name in the tz database. */
  time_zone: string;
};

/** All is said in the rows. */
export type Instruments = {
  /** The instruments. */
  instruments: {
    /** The FIGI of all its listings in a country. */
    composite_figi?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** Where it trades, as the source calls it. */
    exchange?: string | null;
    /** The listing that the symbol is, by its FIGI, where somebody brought it in. May be asked for in place of the symbol. */
    figi?: string | null;
    /** The first date there is a price for, where a source says so. */
    first_bar?: string | null;
    /** The share or fund, on whatever market (ISO 6166), where known. May be asked for in place of the symbol. */
    isin?: string | null;
    /** index, currency, crypto, equity, etf, fund, future or option. */
    kind?: string;
    /** The exchange's market identifier code (ISO 10383). */
    mic?: string | null;
    /** The instrument's name. */
    name?: string;
    /** Decimals that people expect to see. Numbers are not rounded to them. */
    price_decimals?: number;
    /** The FIGI of all its listings anywhere. */
    share_class_figi?: string | null;
    /** Our name for the instrument. */
    symbol?: string;
    /** The exchange's time zone, by its name in the tz database. */
    time_zone?: string;
  }[];
};

/** All is said in the rows. */
export type InstrumentsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    composite_figi?: (string | null)[];
    currency?: (string | null)[];
    exchange?: (string | null)[];
    figi?: (string | null)[];
    first_bar?: (string | null)[];
    isin?: (string | null)[];
    kind?: string[];
    mic?: (string | null)[];
    name?: string[];
    price_decimals?: number[];
    share_class_figi?: (string | null)[];
    symbol?: string[];
    time_zone?: string[];
  };
};

export type Kind = "sources" | "leap" | "history" | "close";

/** The watched prices: one per label, and of each where it is from and how old. */
export type Latest = {
  /** A price per label; null where none can be had. */
  data: {
    [name: string]: number | null;
  };
  /** What stands behind each price, by label. */
  quotes: {
    [name: string]: {
      /** How old the value is, in seconds. */
      age_s: number | null;
      /** When the value was true, as its source says; null where the source does not say. */
      as_of: string | null;
      /** Price less the previous one, in the currency. */
      change: number | null;
      /** The same in percent of the previous price. */
      change_percent: number | null;
      /** What the previous price is: previous_close, 24h (the price a day ago) or previous_publication. */
      change_since: string | null;
      /** The currency of prices, as published: GBp is pence. */
      currency: string | null;
      /** The day's highest price. */
      day_high: number | null;
      /** The day's lowest price. */
      day_low: number | null;
      /** How far behind the market its source publishes; none of ours says so. */
      delay_s: number | null;
      /** Why, in a sentence. */
      detail?: string | null;
      /** A live price of another source that differs from the one shown, or what was believed before where nothing decides between the two. */
      disputed: {
        /** When the value was true, as its source says; null where the source does not say. */
        as_of: string | null;
        /** The price, in the currency, with the digits its source published. */
        price: number;
        /** The upstream it came from. */
        source: string;
      } | null;
      /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
      freshness: Freshness;
      /** index, currency, crypto, equity, etf, fund, future or option. */
      kind: string;
      /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
      market_state: MarketState;
      /** The instrument's name. */
      name: string;
      /** The price that the change is counted from. */
      previous: number | null;
      /** The price, in the currency, with the digits its source published. */
      price: number | null;
      /** Decimals that people expect to see. Numbers are not rounded to them. */
      price_decimals: number;
      /** A price that is not believed, in short. */
      quarantined: {
        /** The price, in the currency, with the digits its source published. */
        price: number;
        /** The upstream it came from. */
        source: string;
        /** Why it is not believed. */
        why: string;
      } | null;
      /** Why there is no value, an old one, or a newer one that is not believed. */
      reason?: string | null;
      /** When this service received it. */
      received_at: string | null;
      /** Whether the built-in simulator made it up. */
      simulated: boolean;
      /** The upstream it came from. */
      source: string | null;
      /** Our name for the instrument. */
      symbol: string;
      /** What was traded, in shares or units; null where not published. */
      volume: number | null;
    };
  };
  /** When this answer was made. */
  timestamp: string;
};

export type MarketState = "pre" | "open" | "post" | "closed" | null;

export type Outcome = "stood" | "gave_way" | "neither" | null;

/** Why a request fails (RFC 9457). */
export type Problem = {
  /** Why, in a sentence. */
  detail: string;
  /** Symbols that may have been meant. */
  near?: string[];
  /** The parameter that was not accepted. */
  parameter?: string | null;
  /** Why there is no value, an old one, or a newer one that is not believed: a word for programs. */
  reason?: string | null;
  /** The HTTP status. */
  status: number;
  /** What is wrong, in a few words. */
  title: string;
  /** The kind of problem, stable, for programs. */
  type: string;
};

/** What is said once about all quotes. */
export type Quote = {
  /** The quotes, in the order asked for. */
  quotes: {
    /** How old the value is, in seconds. */
    age_s?: number | null;
    /** When the value was true, as its source says; null where the source does not say. */
    as_of?: string | null;
    /** Price less the previous one, in the currency. */
    change?: number | null;
    /** The same in percent of the previous price. */
    change_percent?: number | null;
    /** What the previous price is: previous_close, 24h (the price a day ago) or previous_publication. */
    change_since?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** The day's highest price. */
    day_high?: number | null;
    /** The day's lowest price. */
    day_low?: number | null;
    /** Why, in a sentence. */
    detail?: string | null;
    /** Whose price differs from this one by more than is usual. */
    disputed_by?: string | null;
    /** The price that differs. */
    disputed_price?: number | null;
    /** Whose price is not believed. */
    doubted_of?: string | null;
    /** A newer price that is not believed. */
    doubted_price?: number | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness?: Freshness;
    /** index, currency, crypto, equity, etf, fund, future or option. */
    kind?: string;
    /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
    market_state?: MarketState;
    /** The instrument's name. */
    name?: string;
    /** The price that the change is counted from. */
    previous?: number | null;
    /** The price, in the currency, with the digits its source published. */
    price?: number | null;
    /** Decimals that people expect to see. Numbers are not rounded to them. */
    price_decimals?: number;
    /** Why there is no value, an old one, or a newer one that is not believed: a word for programs. */
    reason?: string | null;
    /** When this service received it. */
    received_at?: string | null;
    /** Whether the built-in simulator made it up. */
    simulated?: boolean;
    /** The upstream it came from. */
    source?: string | null;
    /** Our name for the instrument. */
    symbol?: string;
    /** What was traded, in shares or units; null where not published. */
    volume?: number | null;
  }[];
  /** When this answer was made. */
  timestamp: string;
};

/** What is said once about all quotes. */
export type QuoteInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    age_s?: (number | null)[];
    as_of?: (string | null)[];
    change?: (number | null)[];
    change_percent?: (number | null)[];
    change_since?: (string | null)[];
    currency?: (string | null)[];
    day_high?: (number | null)[];
    day_low?: (number | null)[];
    detail?: (string | null)[];
    disputed_by?: (string | null)[];
    disputed_price?: (number | null)[];
    doubted_of?: (string | null)[];
    doubted_price?: (number | null)[];
    freshness?: ("fresh" | "stale" | "missing" | "simulated")[];
    kind?: string[];
    market_state?: ("pre" | "open" | "post" | "closed" | null)[];
    name?: string[];
    previous?: (number | null)[];
    price?: (number | null)[];
    price_decimals?: number[];
    reason?: (string | null)[];
    received_at?: (string | null)[];
    simulated?: boolean[];
    source?: (string | null)[];
    symbol?: string[];
    volume?: (number | null)[];
  };
  /** When this answer was made. */
  timestamp: string;
};

/** What is said once about versions of a quote. */
export type QuoteVersions = {
  /** The instrument's name. */
  name: string;
  /** Leads to the rest. */
  next: string | null;
  /** Our name for the instrument. */
  symbol: string;
  /** The versions, by date, and of each the oldest first. */
  versions: {
    /** When the value was true, as its source says; null where the source does not say. */
    as_of?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** The day's highest price. */
    day_high?: number | null;
    /** The day's lowest price. */
    day_low?: number | null;
    /** What was believed before, or another source's price, where it differs. */
    disputed_price?: number | null;
    /** Since when it was shown. */
    known_from?: string;
    /** When something else was shown; null while it still is. */
    known_until?: string | null;
    /** Its place among all versions, which only grows. */
    number?: number;
    /** The price that the change is counted from. */
    previous?: number | null;
    /** The price, in the currency, with the digits its source published. */
    price?: number | null;
    /** When it was received first; it may have been received again since. */
    received_at?: string | null;
    /** Whether the built-in simulator made it up. */
    simulated?: boolean;
    /** The upstream it came from. */
    source?: string | null;
    /** Since when other prices were shown that are not kept, of which this was the last within a second. */
    unkept_since?: string | null;
    /** What was traded, in shares or units; null where not published. */
    volume?: number | null;
    /** Why it was shown from then on. first: no real price was before; newer: its source says something newer; corrected: something else of the same instant, or of an earlier one; other_source: another source's price is shown; disputed: it differs from what was believed before, and nothing decides; settled: it is disputed no more; withdrawn: there is none any more; simulated: the simulator made one up, which is not stored. */
    why?: QuoteVersionsWhy;
  }[];
};

/** What is said once about versions of a quote. */
export type QuoteVersionsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    as_of?: (string | null)[];
    currency?: (string | null)[];
    day_high?: (number | null)[];
    day_low?: (number | null)[];
    disputed_price?: (number | null)[];
    known_from?: string[];
    known_until?: (string | null)[];
    number?: number[];
    previous?: (number | null)[];
    price?: (number | null)[];
    received_at?: (string | null)[];
    simulated?: boolean[];
    source?: (string | null)[];
    unkept_since?: (string | null)[];
    volume?: (number | null)[];
    why?: ("first" | "newer" | "corrected" | "other_source" | "disputed" | "settled" | "withdrawn" | "simulated")[];
  };
  /** The instrument's name. */
  name: string;
  /** Leads to the rest. */
  next: string | null;
  /** Our name for the instrument. */
  symbol: string;
};

export type QuoteVersionsWhy = "first" | "newer" | "corrected" | "other_source" | "disputed" | "settled" | "withdrawn" | "simulated";

/** What is said once about all quotes. */
export type Quotes = {
  /** The quotes, in the order asked for. */
  quotes: {
    /** How old the value is, in seconds. */
    age_s?: number | null;
    /** When the value was true, as its source says; null where the source does not say. */
    as_of?: string | null;
    /** Price less the previous one, in the currency. */
    change?: number | null;
    /** The same in percent of the previous price. */
    change_percent?: number | null;
    /** What the previous price is: previous_close, 24h (the price a day ago) or previous_publication. */
    change_since?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** The day's highest price. */
    day_high?: number | null;
    /** The day's lowest price. */
    day_low?: number | null;
    /** Why, in a sentence. */
    detail?: string | null;
    /** Whose price differs from this one by more than is usual. */
    disputed_by?: string | null;
    /** The price that differs. */
    disputed_price?: number | null;
    /** Whose price is not believed. */
    doubted_of?: string | null;
    /** A newer price that is not believed. */
    doubted_price?: number | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness?: Freshness;
    /** index, currency, crypto, equity, etf, fund, future or option. */
    kind?: string;
    /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
    market_state?: MarketState;
    /** The instrument's name. */
    name?: string;
    /** The price that the change is counted from. */
    previous?: number | null;
    /** The price, in the currency, with the digits its source published. */
    price?: number | null;
    /** Decimals that people expect to see. Numbers are not rounded to them. */
    price_decimals?: number;
    /** Why there is no value, an old one, or a newer one that is not believed: a word for programs. */
    reason?: string | null;
    /** When this service received it. */
    received_at?: string | null;
    /** Whether the built-in simulator made it up. */
    simulated?: boolean;
    /** The upstream it came from. */
    source?: string | null;
    /** Our name for the instrument. */
    symbol?: string;
    /** What was traded, in shares or units; null where not published. */
    volume?: number | null;
  }[];
  /** When this answer was made. */
  timestamp: string;
};

/** What is said once about all quotes. */
export type QuotesInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    age_s?: (number | null)[];
    as_of?: (string | null)[];
    change?: (number | null)[];
    change_percent?: (number | null)[];
    change_since?: (string | null)[];
    currency?: (string | null)[];
    day_high?: (number | null)[];
    day_low?: (number | null)[];
    detail?: (string | null)[];
    disputed_by?: (string | null)[];
    disputed_price?: (number | null)[];
    doubted_of?: (string | null)[];
    doubted_price?: (number | null)[];
    freshness?: ("fresh" | "stale" | "missing" | "simulated")[];
    kind?: string[];
    market_state?: ("pre" | "open" | "post" | "closed" | null)[];
    name?: string[];
    previous?: (number | null)[];
    price?: (number | null)[];
    price_decimals?: number[];
    reason?: (string | null)[];
    received_at?: (string | null)[];
    simulated?: boolean[];
    source?: (string | null)[];
    symbol?: string[];
    volume?: (number | null)[];
  };
  /** When this answer was made. */
  timestamp: string;
};

/** What one unit of `base` costs in `quote`, and by which pairs that is known. */
export type Rate = {
  /** The currency priced. */
  base: string;
  /** The day asked for. */
  date: string | null;
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: Freshness;
  /** The pairs by which the rate is known, in order. */
  path: {
    /** Of a latest price: when it was true, where its source says. */
    as_of: string | null;
    /** Of a day's price: which day. */
    date: string | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness: Freshness;
    /** Whether the rate is divided by this price, rather than multiplied. */
    inverted: boolean;
    /** The pair's price, with the digits its source published. */
    price: number;
    /** When this service received it. */
    received_at: string;
    /** Whether the built-in simulator made it up. */
    simulated: boolean;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
  }[];
  /** The currency it is priced in. */
  quote: string;
  /** What one unit of base costs, in quote. */
  rate: number;
  /** The day whose rate it is. */
  rate_date: string | null;
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** When this answer was made. */
  timestamp: string;
};

/** What is said once about all repairs. */
export type Repairs = {
  /** Leads to the rest. */
  next: string | null;
  /** The repairs, newest first. */
  repairs: {
    /** Whose bar that is. */
    by?: string;
    /** The close that is right, adjusted alike. */
    close?: number;
    /** Who else says the same close; null of a missing bar, for which the days beside it speak. */
    confirmed_by?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** The trading date at the exchange. */
    date?: string;
    /** How. corrected: its source has the fault no more; withdrawn: who knew better says something else; replaced: another took its place, or the setting changed; undone: somebody took it back, and it is not found again. */
    ended?: Ended;
    /** Its highest price. */
    high?: number | null;
    /** close: its close is wrong; missing: it has no bar of a day of trading. */
    kind?: RepairsKind;
    /** Its lowest price. */
    low?: number | null;
    /** Its place among all repairs, which only grows. */
    number?: number;
    /** The first price of the bar with that close. */
    open?: number | null;
    /** The close that is wrong, adjusted for splits as published; null of a missing bar. */
    published_close?: number | null;
    /** Whether it takes the place of what its source says; else it is a suggestion. Only a bar that is sure to be adjusted alike is served. */
    served?: boolean;
    /** When it was found. */
    since?: string;
    /** Whose history has the fault. */
    source?: string;
    /** Our name for the instrument. */
    symbol?: string;
    /** When it ended; null while it is in force. */
    until?: string | null;
    /** What was traded in it. */
    volume?: number | null;
  }[];
};

/** What is said once about all repairs. */
export type RepairsInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    by?: string[];
    close?: number[];
    confirmed_by?: (string | null)[];
    currency?: (string | null)[];
    date?: string[];
    ended?: ("corrected" | "withdrawn" | "replaced" | "undone" | null)[];
    high?: (number | null)[];
    kind?: ("close" | "missing")[];
    low?: (number | null)[];
    number?: number[];
    open?: (number | null)[];
    published_close?: (number | null)[];
    served?: boolean[];
    since?: string[];
    source?: string[];
    symbol?: string[];
    until?: (string | null)[];
    volume?: (number | null)[];
  };
  /** Leads to the rest. */
  next: string | null;
};

export type RepairsKind = "close" | "missing";

/** What is said once about all that was found. */
export type Search = {
  /** The instruments. */
  instruments: {
    /** The FIGI of all its listings in a country. */
    composite_figi?: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency?: string | null;
    /** Where it trades, as the source calls it. */
    exchange?: string | null;
    /** The listing that the symbol is, by its FIGI, where somebody brought it in. May be asked for in place of the symbol. */
    figi?: string | null;
    /** The first date there is a price for, where a source says so. */
    first_bar?: string | null;
    /** The share or fund, on whatever market (ISO 6166), where known. May be asked for in place of the symbol. */
    isin?: string | null;
    /** index, currency, crypto, equity, etf, fund, future or option. */
    kind?: string;
    /** Whether it was known here before the search. */
    known?: boolean;
    /** The exchange's market identifier code (ISO 10383). */
    mic?: string | null;
    /** The instrument's name. */
    name?: string;
    /** Decimals that people expect to see. Numbers are not rounded to them. */
    price_decimals?: number;
    /** The FIGI of all its listings anywhere. */
    share_class_figi?: string | null;
    /** Our name for the instrument. */
    symbol?: string;
    /** The exchange's time zone, by its name in the tz database. */
    time_zone?: string;
  }[];
  /** What was searched for. */
  q: string;
  /** Whether an upstream was heard: `ok`, `none` where there is none to ask,
or why not. */
  upstream: string;
};

/** What is said once about all that was found. */
export type SearchInColumns = {
  /** An array for each field of the rows, all of one length. */
  columns: {
    composite_figi?: (string | null)[];
    currency?: (string | null)[];
    exchange?: (string | null)[];
    figi?: (string | null)[];
    first_bar?: (string | null)[];
    isin?: (string | null)[];
    kind?: string[];
    known?: boolean[];
    mic?: (string | null)[];
    name?: string[];
    price_decimals?: number[];
    share_class_figi?: (string | null)[];
    symbol?: string[];
    time_zone?: string[];
  };
  /** What was searched for. */
  q: string;
  /** Whether an upstream was heard: `ok`, `none` where there is none to ask,
or why not. */
  upstream: string;
};

/** How the upstreams are, and what speaks against the prices shown. */
export type Sources = {
  /** Those that are not believed. */
  histories: {
    /** How often it was seen. */
    sightings: number;
    /** When it was first seen. */
    since: string;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
    /** Why it is not believed. */
    why: string;
  }[];
  /** The instruments. */
  instruments: {
    /** How old the value is, in seconds. */
    age_s: number | null;
    /** When the value was true, as its source says; null where the source does not say. */
    as_of: string | null;
    /** Why, in a sentence. */
    detail: string | null;
    /** A live price of another source that differs from the one shown, or what was believed before where nothing decides between the two. */
    disputed: {
      /** When the value was true, as its source says; null where the source does not say. */
      as_of: string | null;
      /** The price, in the currency, with the digits its source published. */
      price: number;
      /** The upstream it came from. */
      source: string;
    } | null;
    /** How many prices were not believed since the start. */
    doubted_total: number;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness: Freshness;
    /** The instrument's name. */
    name: string;
    /** A price that is not believed, with what is known of it. */
    quarantined: {
      /** When the value was true, as its source says; null where the source does not say. */
      as_of: string | null;
      /** The currency of prices, as published: GBp is pence. */
      currency: string | null;
      /** The price, in the currency, with the digits its source published. */
      price: number;
      /** How often it was seen. */
      sightings: number;
      /** When it was first seen. */
      since: string;
      /** The upstream it came from. */
      source: string;
      /** Why it is not believed. */
      why: string;
    } | null;
    /** Why there is no value, an old one, or a newer one that is not believed: a word for programs. */
    reason: string | null;
    /** When this service received it. */
    received_at: string | null;
    /** The upstream it came from. */
    source: string | null;
    /** Our name for the instrument. */
    symbol: string;
  }[];
  /** The newest parts of answers that cannot be, by source. */
  set_aside: {
    /** Its trading date or ex-date, where it has one. */
    date: string | null;
    /** bar, action or quote. */
    element: string;
    /** How long the bars of the answer are. */
    interval: string | null;
    /** Why it cannot be: a word for programs. */
    reason: string;
    /** How often it was seen. */
    sightings: number;
    /** When it was first seen. */
    since: string;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
    /** Why it is not believed. */
    why: string;
  }[];
  /** Every upstream. */
  sources: {
    /** In requests. */
    budget: {
      /** The most requests at once. */
      burst: number;
      /** May be made right now. */
      left: number;
      /** Requests an hour. */
      per_hour: number;
    };
    /** Requests within the last hour. */
    calls_last_hour: number;
    /** How many of those failed. */
    errors_last_hour: number;
    /** Since when it fails, where it is left alone for that. */
    failing_since: string | null;
    /** The last failure. */
    last_error: {
      /** When it happened. */
      at: string;
      /** Why, in a sentence. */
      detail: string;
      /** Why there is no value, an old one, or a newer one that is not believed: a word for programs. */
      reason: string;
    } | null;
    /** When it last answered well. */
    last_success: string | null;
    /** Until when it asked not to be asked. */
    paused_until: string | null;
    /** Since the last success; `null` if there was none. */
    quiet_for_s: number | null;
    /** To whom its prices may be shown, by its terms as we read them: private (whoever runs the service), internal (those who work with them too) or public. */
    redistribution: string;
    /** Since when it does not take the key that is set. */
    refused_since: string | null;
    /** How many bars, actions and quotes of its answers cannot be and were set aside since the start. */
    set_aside_total: number;
    /** The upstream it came from. */
    source: string;
    /** ok, paused (it asked for that), failing (left alone for a while) or refused (it does not take the key that is set). */
    state: string;
    /** What its terms allow, in a sentence. */
    terms: string;
    /** Where its terms are. */
    terms_url: string;
  }[];
  /** Whether what comes is stored. */
  store: {
    /** Why, in a sentence. */
    detail: string | null;
    /** Why it fails: `gone`, `disk_full`, `read_only`, `denied`, `locked`, `in_use`, `not_ours`, `newer`, `disk_failing`, `damaged` or `unusable`. */
    reason: string | null;
    /** Since when it fails. */
    since: string | null;
    /** ok, or failing: nothing new is stored, and prices are served from memory. */
    state: string;
  };
  /** Connections on which prices come as they change. */
  streams: {
    /** The last failure. */
    last_error: {
      /** When it happened. */
      at: string;
      /** Why, in a sentence. */
      detail: string;
      /** Why there is no value, an old one, or a newer one that is not believed: a word for programs. */
      reason: string;
    } | null;
    /** Since when it has been open. */
    live_since: string | null;
    /** The upstream it came from. */
    source: string;
    /** idle (nobody wants what it tells), connecting, live or waiting (it was lost). */
    state: string;
    /** What it is subscribed to. */
    symbols: string[];
    /** Whose budget its connections count against. */
    upstream: string;
    /** When it is tried next. */
    waiting_until: string | null;
  }[];
  /** When this answer was made. */
  timestamp: string;
};

export type Why = "first" | "continued" | "corrected" | "restamped" | "withdrawn" | "moved" | "rebased" | "imported";

/** A bar as streamed prices form it. */
export type BarMessage = {
  /** The last price within the interval, in the currency. */
  close: number;
  /** The trading date at the exchange. */
  date: string;
  /** The highest price within the interval; null where its beginning was not seen. */
  high: number | null;
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id: string;
  /** How long a bar is. */
  interval: "1m" | "2m" | "5m" | "10m" | "15m" | "30m" | "1h" | "2h" | "4h" | "1d";
  /** The lowest price within the interval; null where its beginning was not seen. */
  low: number | null;
  /** The first price within the interval; null where its beginning was not seen. */
  open: number | null;
  /** The instant the bar began, UTC. */
  open_time: string;
  /** Whether the bar's interval was still running. /history leaves it out where it is false. */
  provisional: boolean;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
  /** A bar that was asked for goes on, or has ended. */
  type: "bar";
  /** What was traded, in shares or units; null where not known of the whole interval. */
  volume: number | null;
};

/** What is wrong, with which symbol. */
export type ErrorMessage = {
  /** Why, in a sentence. */
  detail: string;
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id?: string;
  /** What is wrong: not_a_symbol, unknown_symbol, not_followed, not_allowed or not_understood. */
  reason: string;
  /** The symbol it is about, as it was asked for where it is none; null where it is about none. */
  symbol: string | null;
  /** A symbol is none or unknown, or a message is not understood. The rest of what was asked for lives on. */
  type: "error";
};

/** Say that the connection is alive. */
export type PingMessage = {
  /** Asks whether the service is there. */
  type: "ping";
};

/** An instant and nothing else. */
export type PongMessage = {
  /** When the ping was received. */
  timestamp: string;
  /** Answers a ping. */
  type: "pong";
};

/** One quote with its provenance. What is not known is `null`. */
export type QuoteMessage = {
  /** When the value was true, as its source says; null where the source does not say. */
  as_of: string | null;
  /** Price less the previous one, in the currency. */
  change: number | null;
  /** The same in percent of the previous price. */
  change_percent: number | null;
  /** What the previous price is: previous_close, 24h (the price a day ago) or previous_publication. */
  change_since: string | null;
  /** The currency of prices, as published: GBp is pence. */
  currency: string | null;
  /** The day's highest price. */
  day_high: number | null;
  /** The day's lowest price. */
  day_low: number | null;
  /** How far behind the market its source publishes; none of ours says so. */
  delay_s: number | null;
  /** Why, in a sentence. */
  detail?: string | null;
  /** A live price of another source that differs from the one shown, or what was believed before where nothing decides between the two. */
  disputed: {
    /** When the value was true, as its source says; null where the source does not say. */
    as_of: string | null;
    /** The price, in the currency, with the digits its source published. */
    price: number;
    /** The upstream it came from. */
    source: string;
  } | null;
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: "fresh" | "stale" | "missing" | "simulated";
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id: string;
  /** index, currency, crypto, equity, etf, fund, future or option. */
  kind: string;
  /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
  market_state: "pre" | "open" | "post" | "closed" | null;
  /** The instrument's name. */
  name: string;
  /** The price that the change is counted from. */
  previous: number | null;
  /** The price, in the currency, with the digits its source published. */
  price: number | null;
  /** Decimals that people expect to see. Numbers are not rounded to them. */
  price_decimals: number;
  /** A price that is not believed, in short. */
  quarantined: {
    /** The price, in the currency, with the digits its source published. */
    price: number;
    /** The upstream it came from. */
    source: string;
    /** Why it is not believed. */
    why: string;
  } | null;
  /** Why there is no value, an old one, or a newer one that is not believed. */
  reason?: string | null;
  /** When this service received it. */
  received_at: string | null;
  /** Whether the built-in simulator made it up. */
  simulated: boolean;
  /** The upstream it came from. */
  source: string | null;
  /** Our name for the instrument. */
  symbol: string;
  /** Something about a quote has changed. */
  type: "quote";
  /** What was traded, in shares or units; null where not published. */
  volume: number | null;
};

/** What was known of history and holds no more. */
export type RevisedMessage = {
  /** When it became known here. */
  at: string;
  /** The first trading or ex-date that is concerned. */
  first: string;
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id: string;
  /** How long the bars are that have changed; null where actions have. */
  interval: string | null;
  /** The last one. */
  last: string;
  /** Its place among all changes, which only grows. */
  number: number;
  /** The upstream it came from. */
  source: string;
  /** Our name for the instrument. */
  symbol: string;
  /** What was known of a symbol's history holds no more: a copy of it has to be asked for again. */
  type: "revised";
  /** corrected: its source says something else, or has it again; restamped: nothing but open times are others; withdrawn: its source has it no more; moved: the action is on another day; rebased: prices are on another basis, as after a split. */
  why: "corrected" | "restamped" | "withdrawn" | "moved" | "rebased";
};

/** An instant and nothing else. */
export type SnapshotMessage = {
  /** The bar of each symbol that is forming, as in the event bar; only where bars were asked for. */
  bars?: {
    /** The last price within the interval, in the currency. */
    close: number;
    /** The trading date at the exchange. */
    date: string;
    /** The highest price within the interval; null where its beginning was not seen. */
    high: number | null;
    /** How long a bar is. */
    interval: "1m" | "2m" | "5m" | "10m" | "15m" | "30m" | "1h" | "2h" | "4h" | "1d";
    /** The lowest price within the interval; null where its beginning was not seen. */
    low: number | null;
    /** The first price within the interval; null where its beginning was not seen. */
    open: number | null;
    /** The instant the bar began, UTC. */
    open_time: string;
    /** Whether the bar's interval was still running. /history leaves it out where it is false. */
    provisional: boolean;
    /** The upstream it came from. */
    source: string;
    /** Our name for the instrument. */
    symbol: string;
    /** What was traded, in shares or units; null where not known of the whole interval. */
    volume: number | null;
  }[];
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id: string;
  /** What is known of each symbol, as in the event quote. */
  quotes: {
    /** When the value was true, as its source says; null where the source does not say. */
    as_of: string | null;
    /** Price less the previous one, in the currency. */
    change: number | null;
    /** The same in percent of the previous price. */
    change_percent: number | null;
    /** What the previous price is: previous_close, 24h (the price a day ago) or previous_publication. */
    change_since: string | null;
    /** The currency of prices, as published: GBp is pence. */
    currency: string | null;
    /** The day's highest price. */
    day_high: number | null;
    /** The day's lowest price. */
    day_low: number | null;
    /** How far behind the market its source publishes; none of ours says so. */
    delay_s: number | null;
    /** Why, in a sentence. */
    detail?: string | null;
    /** A live price of another source that differs from the one shown, or what was believed before where nothing decides between the two. */
    disputed: {
      /** When the value was true, as its source says; null where the source does not say. */
      as_of: string | null;
      /** The price, in the currency, with the digits its source published. */
      price: number;
      /** The upstream it came from. */
      source: string;
    } | null;
    /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
    freshness: "fresh" | "stale" | "missing" | "simulated";
    /** index, currency, crypto, equity, etf, fund, future or option. */
    kind: string;
    /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
    market_state: "pre" | "open" | "post" | "closed" | null;
    /** The instrument's name. */
    name: string;
    /** The price that the change is counted from. */
    previous: number | null;
    /** The price, in the currency, with the digits its source published. */
    price: number | null;
    /** Decimals that people expect to see. Numbers are not rounded to them. */
    price_decimals: number;
    /** A price that is not believed, in short. */
    quarantined: {
      /** The price, in the currency, with the digits its source published. */
      price: number;
      /** The upstream it came from. */
      source: string;
      /** Why it is not believed. */
      why: string;
    } | null;
    /** Why there is no value, an old one, or a newer one that is not believed. */
    reason?: string | null;
    /** When this service received it. */
    received_at: string | null;
    /** Whether the built-in simulator made it up. */
    simulated: boolean;
    /** The upstream it came from. */
    source: string | null;
    /** Our name for the instrument. */
    symbol: string;
    /** What was traded, in shares or units; null where not published. */
    volume: number | null;
  }[];
  /** How each upstream is, as in the event source. */
  sources: {
    /** Since when it fails, where it is left alone for that. */
    failing_since: string | null;
    /** Until when it asked not to be asked. */
    paused_until: string | null;
    /** Since when it does not take the key that is set. */
    refused_since: string | null;
    /** The upstream it came from. */
    source: string;
    /** ok, paused (it asked for that), failing (left alone for a while) or refused (it does not take the key that is set). */
    state: "ok" | "paused" | "failing" | "refused";
  }[];
  /** When the snapshot was made. */
  timestamp: string;
  /** First of all, and for symbols added later. */
  type: "snapshot";
};

/** How an upstream is. */
export type SourceMessage = {
  /** Since when it fails, where it is left alone for that. */
  failing_since: string | null;
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id: string;
  /** Until when it asked not to be asked. */
  paused_until: string | null;
  /** Since when it does not take the key that is set. */
  refused_since: string | null;
  /** The upstream it came from. */
  source: string;
  /** ok, paused (it asked for that), failing (left alone for a while) or refused (it does not take the key that is set). */
  state: "ok" | "paused" | "failing" | "refused";
  /** An upstream fails, pauses or is back. */
  type: "source";
};

/** What changes about a value while nothing new is received. */
export type StateMessage = {
  /** fresh; stale: older than it should be while its market is open; missing: no value; simulated: made up. */
  freshness: "fresh" | "stale" | "missing" | "simulated";
  /** Its place among all events, to resume from: the epoch, another after each start of the service, and a number that grows. */
  id: string;
  /** pre, open, post or closed, as at noon and on holidays; null where neither a calendar nor the source tells. */
  market_state: "pre" | "open" | "post" | "closed" | null;
  /** Our name for the instrument. */
  symbol: string;
  /** When it changed. */
  timestamp: string;
  /** A market opens or closes, or a price grows old or fresh. */
  type: "state";
};

/** Follow further symbols. */
export type SubscribeMessage = {
  /** How long the bars are that are sent as they form. */
  bars?: "1m" | "2m" | "5m" | "10m" | "15m" | "30m" | "1h" | "2h" | "4h" | "1d" | null;
  /** The id of the last event seen, to get those since. */
  last_event_id?: string | null;
  /** The symbols to follow besides those followed already, in any spelling. */
  symbols: string[];
  /** Follows more symbols, and their bars if it says so. A snapshot answers. */
  type: "subscribe";
};

/** Follow some no longer. */
export type UnsubscribeMessage = {
  /** The symbols to follow no longer. */
  symbols: string[];
  /** Follows symbols no longer. */
  type: "unsubscribe";
};

/** What is followed no longer. */
export type UnsubscribedMessage = {
  /** The symbols that are followed no longer. */
  symbols: string[];
  /** Symbols are followed no longer, as asked. */
  type: "unsubscribed";
};

// The page that says what went wrong needs only what every page has.

import "../shell/shell";

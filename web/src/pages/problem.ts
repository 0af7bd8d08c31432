// A page that says what went wrong needs no more than every page has.

import "../shell/shell";

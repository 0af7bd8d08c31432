// The pages about the API need only what every page has.

import "../shell/shell";

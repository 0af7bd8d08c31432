// The pages about the API need no more than every page has.

import "../shell/shell";

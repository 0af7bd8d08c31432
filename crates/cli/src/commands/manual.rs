use std::io;
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use super::{fail, print};

/// Prints what has a shell complete words of this command.
pub(crate) fn completions(mut command: Command, shell: Shell) -> ExitCode {
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// Prints the manual page, of the whole with a section for each command.
pub(crate) fn manual(mut command: Command) -> ExitCode {
    command.build();
    match page(command) {
        Ok(page) => print(&String::from_utf8_lossy(&page)),
        Err(error) => fail(1, &format!("the manual page cannot be written: {error}")),
    }
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let parts: Vec<Command> = command.get_subcommands().cloned().collect();
    let whole = Man::new(command);
    whole.render(&mut page)?;
    for part in parts.into_iter().filter(|part| part.get_name() != "help") {
        page.extend(format!(".SH \"COMMAND {}\"\n", part.get_name().to_uppercase()).bytes());
        let part = Man::new(part);
        part.render_description_section(&mut page)?;
        part.render_synopsis_section(&mut page)?;
        part.render_options_section(&mut page)?;
    }
    Ok(page)
}

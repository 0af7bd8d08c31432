//! What every store promises. Each function is one promise and tests the
//! backend it is given; `keeps_the_contract!` makes a test of each.

mod answers;
mod bases;
mod changes;
mod coverage;
mod disputes;
mod lasting;
mod past;
mod properties;
mod questions;
mod quotes;
mod repairs;
mod shown;
mod sources;
mod streamed;
mod versions;
mod withdrawn;

pub(crate) use answers::{
    actions_come_back_corrected_and_once, an_action_beyond_the_last_bar_is_in_its_answer,
    an_answer_comes_back_whole, an_answer_that_contradicts_itself_is_refused,
    an_empty_answer_is_remembered, every_bit_of_a_number_comes_back, simulated_values_are_refused,
    what_was_never_asked_is_not_answered, what_was_paid_in_the_first_long_bar_stays_with_it,
};
pub(crate) use bases::{
    a_bar_like_one_of_the_old_basis_is_known_of_the_new_one, a_basis_concerns_its_own_series_only,
    a_late_answer_stays_with_the_basis_it_was_received_in,
    bars_of_two_bases_are_never_read_together, each_split_begins_another_basis,
    of_two_sources_the_one_whose_basis_is_in_force_answers,
    the_old_basis_is_a_fallback_where_the_new_has_nothing, the_same_rebase_twice_adds_nothing,
    what_is_never_stored_is_no_new_basis_either,
};
pub(crate) use changes::{
    a_moved_action_is_reported_as_such, a_new_basis_ends_all_versions_of_the_old_one,
    changes_are_reported_from_an_instant_on_in_pages, every_version_of_a_bar_says_why_it_is_so,
    versions_are_of_the_source_that_is_asked_for,
};
pub(crate) use coverage::{
    a_period_covers_back_from_the_day_it_was_received, actions_of_a_covered_stretch_are_in_it,
    an_answer_covers_every_stretch_within_its_own, an_answer_without_bars_covers_too,
    bars_reported_later_are_no_part_of_what_covers, only_a_whole_answer_of_the_same_bars_covers,
    the_day_is_that_of_the_instruments_zone, the_last_answer_since_then_covers,
    trading_days_cover_back_to_their_first_bar, what_is_of_an_old_basis_covers_nothing,
};
pub(crate) use disputes::{
    a_dispute_is_known_until_it_ends, a_disputed_price_says_by_whom_and_how_it_ended,
    another_factor_is_another_dispute_of_the_same_history,
    disputes_are_listed_by_instrument_time_and_page,
    each_close_is_disputed_by_itself_and_by_each_source,
};
pub(crate) use lasting::{
    a_restart_forgets_nothing, a_sound_store_passes_the_check,
    instruments_are_listed_once_as_described_last,
    what_an_instrument_is_called_elsewhere_is_as_brought_in_last,
    what_is_left_of_a_budget_outlives_a_restart, where_an_instrument_is_listed_comes_back,
};
pub(crate) use past::{
    a_bar_that_was_provisional_then_is_given_so, before_a_new_basis_the_old_one_was_known,
    each_answer_is_known_until_the_next, instants_between_two_milliseconds_are_cut_off,
    stretches_of_other_questions_are_given_as_they_were, the_stand_in_that_answered_then_is_given,
};
pub(crate) use properties::{
    any_answers_are_read_as_last_received, no_answer_mixes_bases,
    the_order_of_arrival_does_not_matter, versions_changes_and_answers_agree,
    what_was_shown_can_be_read_again, what_was_shown_is_reported_again,
};
pub(crate) use questions::{
    a_source_that_changes_currency_or_basis_begins_another_series,
    bars_of_other_questions_are_a_fallback, bars_of_other_questions_fill_the_stretch,
    of_several_sources_the_one_asked_last_answers, the_fallback_is_of_the_source_that_has_bars,
    what_was_dated_ahead_is_not_the_last_for_a_day,
};
pub(crate) use quotes::{
    a_quote_comes_back_whole, a_quote_gives_way_to_a_newer_one_only,
    a_quote_of_a_source_that_says_little_stays_so,
    of_several_sources_the_quote_received_last_counts,
};
pub(crate) use repairs::{
    a_repair_comes_back_whole_and_is_known_until_it_ends,
    another_repair_takes_the_place_of_that_of_the_same_bar,
    repairs_are_listed_by_instrument_and_page,
};
pub(crate) use shown::{
    a_quote_handed_over_late_is_known_with_the_last, a_quote_received_again_is_another_time_only,
    each_version_of_a_quote_says_why_it_was_shown, how_an_instrument_was_described_is_known_too,
    nothing_made_up_is_shown_from_the_store, what_is_not_kept_is_never_reported_as_another,
    what_stood_beside_a_quote_is_known_too, what_was_shown_is_known_until_the_next,
};
pub(crate) use sources::{
    a_question_to_one_source_is_answered_by_it_alone, another_source_than_the_one_asked_is_refused,
    whether_its_source_was_named_makes_no_other_answer,
};
pub(crate) use streamed::bars_that_went_on_are_reported_again_until_the_next_start;
pub(crate) use versions::{
    a_bar_that_becomes_final_is_a_new_version, a_correction_counts_and_the_latest_version_is_read,
    a_wobble_of_the_adjusted_close_is_no_correction,
    after_the_clock_was_set_back_the_last_answer_counts,
    an_answer_that_was_overtaken_changes_nothing, bars_of_many_versions_are_each_read_once,
    nothing_is_overtaken_by_what_came_before_a_clock_was_set_back,
    the_same_answer_twice_adds_nothing, two_answers_of_one_millisecond_are_both_stored,
};
pub(crate) use withdrawn::{
    a_day_stamped_anew_is_one_bar, a_file_speaks_for_no_bar_but_its_own,
    a_half_answer_lacks_what_another_reported_before_it,
    a_half_answer_says_nothing_of_the_days_between_what_it_missed,
    a_half_answer_withdraws_nothing_at_first, a_moved_ex_date_is_one_end_and_one_beginning,
    a_split_that_left_the_prices_is_withdrawn_with_its_basis,
    a_whole_answer_after_a_half_one_begins_anew, a_withdrawn_bar_ends_and_was_known_until_then,
    an_answer_without_any_action_is_doubted_once, dates_in_the_past_are_spoken_for_to_their_edges,
    days_that_were_not_asked_for_are_not_spoken_for,
};

/// Makes a test of every promise, for a backend made anew for each.
macro_rules! keeps_the_contract {
    ($backend:expr) => {
        $crate::contract::keeps_the_contract! { $backend;
            a_quote_comes_back_whole
            a_quote_of_a_source_that_says_little_stays_so
            a_quote_gives_way_to_a_newer_one_only
            of_several_sources_the_quote_received_last_counts
            what_was_shown_is_known_until_the_next
            how_an_instrument_was_described_is_known_too
            a_quote_received_again_is_another_time_only
            what_stood_beside_a_quote_is_known_too
            nothing_made_up_is_shown_from_the_store
            a_quote_handed_over_late_is_known_with_the_last
            what_is_not_kept_is_never_reported_as_another
            a_dispute_is_known_until_it_ends
            another_factor_is_another_dispute_of_the_same_history
            each_close_is_disputed_by_itself_and_by_each_source
            a_disputed_price_says_by_whom_and_how_it_ended
            disputes_are_listed_by_instrument_time_and_page
            a_repair_comes_back_whole_and_is_known_until_it_ends
            another_repair_takes_the_place_of_that_of_the_same_bar
            repairs_are_listed_by_instrument_and_page
            each_version_of_a_quote_says_why_it_was_shown
            simulated_values_are_refused
            an_answer_that_contradicts_itself_is_refused
            an_answer_comes_back_whole
            an_empty_answer_is_remembered
            what_was_never_asked_is_not_answered
            every_bit_of_a_number_comes_back
            the_same_answer_twice_adds_nothing
            a_correction_counts_and_the_latest_version_is_read
            bars_of_many_versions_are_each_read_once
            a_wobble_of_the_adjusted_close_is_no_correction
            a_bar_that_becomes_final_is_a_new_version
            an_answer_that_was_overtaken_changes_nothing
            after_the_clock_was_set_back_the_last_answer_counts
            nothing_is_overtaken_by_what_came_before_a_clock_was_set_back
            two_answers_of_one_millisecond_are_both_stored
            bars_of_other_questions_fill_the_stretch
            a_source_that_changes_currency_or_basis_begins_another_series
            of_several_sources_the_one_asked_last_answers
            actions_come_back_corrected_and_once
            an_action_beyond_the_last_bar_is_in_its_answer
            what_was_paid_in_the_first_long_bar_stays_with_it
            bars_of_other_questions_are_a_fallback
            the_fallback_is_of_the_source_that_has_bars
            instruments_are_listed_once_as_described_last
            what_an_instrument_is_called_elsewhere_is_as_brought_in_last
            where_an_instrument_is_listed_comes_back
            what_was_dated_ahead_is_not_the_last_for_a_day
            a_restart_forgets_nothing
            what_is_left_of_a_budget_outlives_a_restart
            a_sound_store_passes_the_check

            bars_of_two_bases_are_never_read_together
            a_bar_like_one_of_the_old_basis_is_known_of_the_new_one
            the_same_rebase_twice_adds_nothing
            each_split_begins_another_basis
            a_late_answer_stays_with_the_basis_it_was_received_in
            a_basis_concerns_its_own_series_only
            the_old_basis_is_a_fallback_where_the_new_has_nothing
            of_two_sources_the_one_whose_basis_is_in_force_answers
            what_is_never_stored_is_no_new_basis_either

            an_answer_covers_every_stretch_within_its_own
            an_answer_without_bars_covers_too
            a_period_covers_back_from_the_day_it_was_received
            the_day_is_that_of_the_instruments_zone
            trading_days_cover_back_to_their_first_bar
            the_last_answer_since_then_covers
            bars_reported_later_are_no_part_of_what_covers
            only_a_whole_answer_of_the_same_bars_covers
            actions_of_a_covered_stretch_are_in_it
            what_is_of_an_old_basis_covers_nothing

            each_answer_is_known_until_the_next
            a_bar_that_was_provisional_then_is_given_so
            before_a_new_basis_the_old_one_was_known
            the_stand_in_that_answered_then_is_given
            stretches_of_other_questions_are_given_as_they_were
            instants_between_two_milliseconds_are_cut_off

            bars_that_went_on_are_reported_again_until_the_next_start
            a_withdrawn_bar_ends_and_was_known_until_then
            a_half_answer_lacks_what_another_reported_before_it
            a_half_answer_says_nothing_of_the_days_between_what_it_missed
            a_half_answer_withdraws_nothing_at_first
            a_whole_answer_after_a_half_one_begins_anew
            days_that_were_not_asked_for_are_not_spoken_for
            dates_in_the_past_are_spoken_for_to_their_edges
            a_file_speaks_for_no_bar_but_its_own
            a_day_stamped_anew_is_one_bar
            a_moved_ex_date_is_one_end_and_one_beginning
            an_answer_without_any_action_is_doubted_once
            a_split_that_left_the_prices_is_withdrawn_with_its_basis

            every_version_of_a_bar_says_why_it_is_so
            versions_are_of_the_source_that_is_asked_for
            a_new_basis_ends_all_versions_of_the_old_one
            a_moved_action_is_reported_as_such
            changes_are_reported_from_an_instant_on_in_pages

            a_question_to_one_source_is_answered_by_it_alone
            whether_its_source_was_named_makes_no_other_answer
            another_source_than_the_one_asked_is_refused
        }
        $crate::contract::keeps_the_contract! { properties $backend;
            any_answers_are_read_as_last_received
            the_order_of_arrival_does_not_matter
            no_answer_mixes_bases
            what_was_shown_can_be_read_again
            versions_changes_and_answers_agree
            what_was_shown_is_reported_again
        }
    };
    (properties $backend:expr; $($promise:ident)*) => {$(
        #[test]
        fn $promise() {
            $crate::contract::$promise(&|| Box::new($backend));
        }
    )*};
    ($backend:expr; $($promise:ident)*) => {$(
        #[tokio::test]
        async fn $promise() {
            $crate::contract::$promise(&$backend).await;
        }
    )*};
}
pub(crate) use keeps_the_contract;

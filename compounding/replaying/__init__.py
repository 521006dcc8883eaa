"""What a change of limits would have done: past orders judged again, on columns, by the limits of a draft."""

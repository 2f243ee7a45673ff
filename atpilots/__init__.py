"""Before/after wellbeing results of small assistive-technology pilots."""

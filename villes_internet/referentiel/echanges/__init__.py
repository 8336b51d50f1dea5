"""What comes in and goes out: the published schema of a version's file, its faults in plain French, the workbook.

Plain values only: the command, the admin and the actions share it.
"""

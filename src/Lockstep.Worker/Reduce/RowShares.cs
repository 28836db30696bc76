using Lockstep.Core.Topology;

namespace Lockstep.Worker.Reduce;

/// <summary>The rows of a step's samples that a member of a group has.</summary>
/// <param name="rows">Of the whole step.</param>
/// <param name="members">How many there are.</param>
/// <param name="member">The place of this one, from 0.</param>
internal delegate Extent RowShares(int rows, int members, int member);

using Lockstep.Coordinator.Services;

return await CoordinatorProgram.RunAsync(args);
